#!/bin/sh
# Writes .env for docker-compose.yml: secrets once, and anew each time what belongs to this version and this machine.
# Run it before the first `docker compose up` and after every update of the sources. Needs Docker and a POSIX shell.
set -eu
umask 077

cd "$(dirname "$0")/../.."
env_file=${ENV_FILE:-.env}
touch "$env_file"

setting() { # NAME: its value in the file, or of the environment
  eval "given=\${$1:-}"
  [ -n "$given" ] || given=$(sed -n "s/^$1=//p" "$env_file" | tail -n 1)
  printf '%s' "$given"
}

put() { # NAME VALUE: replaces the line in place of the old one
  if grep -q "^$1=" "$env_file"; then
    sed "s|^$1=.*|$1=$2|" "$env_file" >"$env_file.new"
    cat "$env_file.new" >"$env_file"
    rm "$env_file.new"
  else
    printf '%s=%s\n' "$1" "$2" >>"$env_file"
  fi
}

secret() { # NAME PREFIX: made up where there is none; only hex, so that it may stand in a URL
  grep -q "^$1=..*" "$env_file" || put "$1" "$2$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"
}

secret POSTGRES_PASSWORD ''
secret REDIS_PASSWORD ''
secret BOOTSTRAP_API_KEY ak_
secret DEPLOYMENT ''

socket=$(setting DOCKER_SOCKET)
put DOCKER_GID "$(stat -c %g "${socket:-/var/run/docker.sock}")"

node_image=$(setting NODE_IMAGE)
inputs=$(docker build --quiet --network none --target inputs --file sandbox-image/Dockerfile \
  ${node_image:+--build-arg "NODE_IMAGE=$node_image"} .)
put SANDBOX_IMAGE_HASH "$(docker run --rm --network none "$inputs" cat /image-hash)"

echo "$env_file is ready; the first API key is its BOOTSTRAP_API_KEY."
