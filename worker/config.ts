/** The worker's settings: the only place that reads its environment. */
import { availableParallelism, tmpdir } from 'node:os';
import { z } from 'zod';
import { Isolation } from '../shared/contracts/execution.ts';
import { MEMORY_MIB_DEFAULT } from '../shared/contracts/limits.ts';
import { filesDirectory } from '../shared/platform/files-directory.ts';
import {
  COMMON_SETTINGS,
  metricsHost,
  metricsPort,
  readSettings,
  wholeNumber,
  type Environment,
} from '../shared/platform/settings.ts';
import { TRACING_SETTINGS, type TracingSettings } from '../shared/platform/tracing-settings.ts';

const SLOTS_MAX = 256;
const MIB = 1024 * 1024;
/** What an engine serves within its time-outs, however many cores there are. */
const STARTS_AT_ONCE_MAX = 16;
/** Each kept content is an open file: well below what a process may have open anywhere. */
const FILE_CACHE_ENTRIES_MAX = 500;
const FILE_CACHE_IDLE_S_DEFAULT = 600;

export const WorkerEnvironment = z.object({
  ...COMMON_SETTINGS,
  DOCKER_SOCKET: z
    .string()
    .startsWith('/')
    .default('/var/run/docker.sock')
    .meta({ description: 'Socket of the Docker engine that runs the sandboxes.', allowed: 'an absolute path' }),
  DEPLOYMENT: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/)
    .optional()
    .meta({
      description:
        'Name of this installation, by which its workers find what dead ones left on an engine. The same on all workers, and of no other installation on the same engine.',
      allowed: '1 to 64 lower-case letters, digits and `-`',
      defaultText: 'a name kept in Redis, and so lost with its data',
    }),
  SANDBOX_IMAGE: z
    .string()
    .min(1)
    .default('code-interpreter-sandbox:latest')
    .meta({ description: 'Image of the sandboxes, as the engine knows it.', allowed: 'a reference' }),
  SANDBOX_RUNTIME: z
    .enum(['runc', 'runsc'])
    .default('runc')
    .meta({ description: 'Runtime of the sandboxes; `runsc` is gVisor, which the engine must know by that name.' }),
  SANDBOX_ISOLATION: Isolation.default('organization').meta({
    description: '`fresh` gives every execution a new container, whatever it asks for. Set it on api and worker.',
  }),
  WORKER_SLOTS: wholeNumber(1, SLOTS_MAX).optional().meta({
    description: 'Executions that run at a time on this worker; each may use one core and its memory.',
    unit: 'executions',
    defaultText: 'the cores',
  }),
  SANDBOX_WARM: wholeNumber(0, SLOTS_MAX).optional().meta({
    description: 'Started sandboxes that wait for an organization without one.',
    unit: 'sandboxes',
    defaultText: '`WORKER_SLOTS`',
  }),
  SANDBOX_BOUND_MAX: wholeNumber(1, 4 * SLOTS_MAX)
    .optional()
    .meta({
      description:
        'Sandboxes that organizations hold, running or waiting for their next execution; at least `WORKER_SLOTS`. With more ' +
        'of them, fewer are started anew while several organizations take turns.',
      unit: 'sandboxes',
      defaultText: 'twice `WORKER_SLOTS`',
    }),
  SANDBOX_MAX_RUNS: wholeNumber(1, 100_000).default(200).meta({
    description: 'A sandbox is replaced after so many executions.',
    unit: 'executions',
  }),
  SANDBOX_IDLE_S: wholeNumber(1, 3_600).default(60).meta({
    description: 'A sandbox that an organization does not use for so long is removed.',
    unit: 'seconds',
  }),
  RESULTS_BACKLOG_MAX: wholeNumber(1, 10_000_000).default(1_000).meta({
    description: 'While more reports than this wait for an api, the worker takes no jobs.',
    unit: 'reports',
  }),
  RESULTS_BACKLOG_MB_MAX: wholeNumber(1, 1_000_000).default(256).meta({
    description: 'The same bound for the memory that these reports take in Redis.',
    unit: 'MiB',
  }),
  FILES_DIRECTORY: filesDirectory(
    'Directory in which the api keeps the contents of files, unless it keeps them in S3. The worker only reads there.',
  ),
  WORKER_FILE_CACHE_DIRECTORY: z.string().startsWith('/').optional().meta({
    description:
      'Where the worker keeps content of files, on a disk of its own: nameless files that are gone when it ends.',
    allowed: 'an absolute path',
    defaultText: "the system's directory for temporary files",
  }),
  WORKER_FILE_CACHE_BYTES: wholeNumber(0, 2 ** 40)
    .default(1024 * MIB)
    .meta({
      description: 'Content of files that is kept for further executions; what running ones need may be more.',
      unit: 'bytes',
    }),
  WORKER_FILE_CACHE_IDLE_S: wholeNumber(1, 86_400).default(FILE_CACHE_IDLE_S_DEFAULT).meta({
    description: 'Content of files that no execution needed for so long is removed, also that of deleted ones.',
    unit: 'seconds',
  }),
  WORKER_METRICS_HOST: metricsHost(),
  WORKER_METRICS_PORT: metricsPort(),
  ...TRACING_SETTINGS,
});

const MS_PER_S = 1_000;
/** One that runs, and one of another organization that will come again. */
const BOUND_PER_SLOT = 2;

/** @throws Error that lists every problem */
export function readConfig(environment: Environment = process.env) {
  const env = readSettings(WorkerEnvironment, environment);
  const tracing: TracingSettings = env;
  const slots = env.WORKER_SLOTS ?? Math.min(availableParallelism(), SLOTS_MAX);
  return Object.freeze({
    redisUrl: env.REDIS_URL,
    namespace: env.REDIS_NAMESPACE,
    deployment: env.DEPLOYMENT,
    dockerSocket: env.DOCKER_SOCKET,
    image: env.SANDBOX_IMAGE,
    runtime: env.SANDBOX_RUNTIME,
    isolation: env.SANDBOX_ISOLATION,
    slots,
    warm: env.SANDBOX_WARM ?? slots,
    boundMax: Math.max(slots, env.SANDBOX_BOUND_MAX ?? BOUND_PER_SLOT * slots),
    /** A start is nearly all imports, a processor's work: more at a time would only make each of them slower. */
    startsAtOnceMax: Math.min(availableParallelism(), STARTS_AT_ONCE_MAX),
    memoryMib: MEMORY_MIB_DEFAULT,
    runsMax: env.SANDBOX_MAX_RUNS,
    idleMs: env.SANDBOX_IDLE_S * MS_PER_S,
    /** While the results stream holds more, no job is taken. */
    backlogMax: { reports: env.RESULTS_BACKLOG_MAX, bytes: env.RESULTS_BACKLOG_MB_MAX * MIB },
    filesDirectory: env.FILES_DIRECTORY,
    fileCache: {
      directory: env.WORKER_FILE_CACHE_DIRECTORY ?? tmpdir(),
      bytesMax: env.WORKER_FILE_CACHE_BYTES,
      entriesMax: FILE_CACHE_ENTRIES_MAX,
      idleMsMax: env.WORKER_FILE_CACHE_IDLE_S * MS_PER_S,
    },
    serviceUser: env.SERVICE_USER,
    logLevel: env.LOG_LEVEL,
    metrics: { host: env.WORKER_METRICS_HOST, port: env.WORKER_METRICS_PORT },
    tracing,
  });
}

export type WorkerConfig = ReturnType<typeof readConfig>;
