/** Who may import whom. Data flows one way: api → queue → worker → sandbox → results → api. */
const only = (name, pkg, owners, why) => ({
  name,
  severity: 'error',
  comment: why,
  from: { path: '^(api|worker|shared)/', pathNot: owners },
  to: { path: pkg, dependencyTypesNot: ['type-only'] },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['main[.]ts$', '[.]test[.]ts$', '^scripts/'] },
      to: {},
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-deps-in-production',
      severity: 'error',
      from: { path: '^(api|worker|shared)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: ['node_modules/@types/'] },
    },
    {
      name: 'production-never-imports-test-scripts-or-bench',
      severity: 'error',
      from: { path: '^(api|worker|shared)/' },
      to: { path: '^(test|scripts|bench)/' },
    },
    { name: 'api-never-imports-worker', severity: 'error', from: { path: '^api/' }, to: { path: '^worker/' } },
    { name: 'worker-never-imports-api', severity: 'error', from: { path: '^worker/' }, to: { path: '^api/' } },
    { name: 'shared-imports-nobody', severity: 'error', from: { path: '^shared/' }, to: { path: '^(api|worker)/' } },
    {
      name: 'contracts-import-only-zod',
      severity: 'error',
      from: { path: '^shared/contracts/' },
      to: { pathNot: ['^shared/contracts/', '^node_modules/zod/'] },
    },
    {
      name: 'store-and-queue-never-meet',
      severity: 'error',
      from: { path: '^(api/store|shared/queue)/' },
      to: { path: '^(api/store|shared/queue)/', pathNot: '^$1/' },
    },
    {
      name: 'routes-go-through-services',
      severity: 'error',
      from: { path: '^api/(routes|http)/' },
      to: { path: '^(api/store|shared/queue)/' },
    },
    {
      name: 'services-know-no-http',
      severity: 'error',
      from: { path: '^api/services/' },
      to: { path: '^api/(routes|http|admin)/' },
    },
    {
      name: 'services-take-adapters-as-types',
      severity: 'error',
      from: { path: '^(api/services|worker/jobs)/' },
      to: { path: '^(api/store|shared/queue|worker/sandbox/docker)', dependencyTypesNot: ['type-only'] },
    },
    only(
      'express-stays-in-api-edge',
      '^node_modules/(express|helmet)/',
      ['^api/(app|routes|http|admin)'],
      'Only the HTTP edge knows Express.',
    ),
    only(
      'docker-stays-in-sandbox',
      '^node_modules/dockerode/',
      ['^worker/sandbox/'],
      'Only the sandbox talks to Docker.',
    ),
    only(
      'bullmq-stays-in-queue',
      '^node_modules/(bullmq|ioredis)/',
      ['^shared/queue/'],
      'Only shared/queue talks to Redis.',
    ),
    {
      name: 'opentelemetry-stays-in-tracing',
      severity: 'error',
      comment: 'Only shared/platform/tracing-sdk.ts knows OpenTelemetry.',
      from: { path: '^(api|worker|shared)/', pathNot: ['^shared/platform/tracing-sdk[.]ts$'] },
      to: { path: '^node_modules/@opentelemetry/' },
    },
    {
      name: 'opentelemetry-is-loaded-only-where-it-is-on',
      severity: 'error',
      comment: 'Without OTEL_* no process loads OpenTelemetry.',
      from: {},
      to: { path: '^shared/platform/tracing-sdk[.]ts$', dynamic: false },
    },
    only('sql-stays-in-store', '^node_modules/(kysely|pg)/', ['^api/store/'], 'Only api/store talks SQL.'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
