# The api and the worker: one image, the command says which.
ARG NODE_IMAGE=node:24-trixie-slim

# The operators' pages, with packages that the services do without.
FROM ${NODE_IMAGE} AS dashboard
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm install --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY dashboard dashboard
RUN NODE_ENV=production node node_modules/vite/bin/vite.js build dashboard

FROM ${NODE_IMAGE} AS program
WORKDIR /app
COPY package.json package-lock.json ./
# The base brings Node: npm's copies of it stay out. No package's script runs. Not `npm ci`: it refuses a lock file that
# lacks optional packages for other machines; what the lock file names comes in exactly its versions.
RUN npm install --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/node-linux-* node_modules/.bin /root/.npm
COPY shared shared
COPY api api
COPY worker worker
COPY sandbox-image/seccomp.json sandbox-image/
COPY deploy/compose/worker-health.ts deploy/compose/
COPY --from=dashboard /app/dashboard/dist dashboard/dist
# Readable for the unprivileged user, whatever the umask of the machine that checked the sources out.
RUN chmod -R a+rX,go-w /app

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=program /app /app
# A volume that is mounted here takes the owner over.
RUN install -d -m 0750 -o 10001 -g 10001 /var/lib/code-interpreter/files /var/cache/code-interpreter
USER 10001:10001
CMD ["node", "api/main.ts"]
