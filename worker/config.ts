/** The worker's settings: the only place that reads its environment. */
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { Isolation } from '../shared/contracts/execution.ts';
import { MEMORY_MIB_DEFAULT } from '../shared/contracts/limits.ts';

const Environment = z.object({
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  REDIS_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/)
    .default('ci'),
  DOCKER_SOCKET: z.string().startsWith('/').default('/var/run/docker.sock'),
  SANDBOX_IMAGE: z.string().min(1).default('code-interpreter-sandbox:latest'),
  SANDBOX_RUNTIME: z.enum(['runc', 'runsc']).default('runc'),
  SANDBOX_ISOLATION: Isolation.default('organization'),
  WORKER_SLOTS: z.coerce.number().int().min(1).max(256).default(availableParallelism()),
  SANDBOX_WARM: z.coerce.number().int().min(0).max(256).optional(),
  SANDBOX_MAX_RUNS: z.coerce.number().int().min(1).max(100_000).default(200),
  SANDBOX_IDLE_S: z.coerce.number().min(1).max(3_600).default(60),
  RESULTS_BACKLOG_MAX: z.coerce.number().int().min(1).default(1_000),
  RESULTS_BACKLOG_MB_MAX: z.coerce.number().int().min(1).default(256),
  SERVICE_USER: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

const MS_PER_S = 1_000;
const MIB = 1024 * 1024;

/** @throws with every problem at once, in words */
export function readConfig(environment: NodeJS.ProcessEnv = process.env) {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) throw new Error(`The worker's settings are wrong:\n${z.prettifyError(parsed.error)}`);
  const env = parsed.data;
  return Object.freeze({
    redisUrl: env.REDIS_URL,
    namespace: env.REDIS_NAMESPACE,
    dockerSocket: env.DOCKER_SOCKET,
    image: env.SANDBOX_IMAGE,
    runtime: env.SANDBOX_RUNTIME,
    isolation: env.SANDBOX_ISOLATION,
    slots: env.WORKER_SLOTS,
    warm: env.SANDBOX_WARM ?? env.WORKER_SLOTS,
    memoryMib: MEMORY_MIB_DEFAULT,
    runsMax: env.SANDBOX_MAX_RUNS,
    idleMs: env.SANDBOX_IDLE_S * MS_PER_S,
    /** While the results stream holds more, no job is taken. */
    backlogMax: { reports: env.RESULTS_BACKLOG_MAX, bytes: env.RESULTS_BACKLOG_MB_MAX * MIB },
    serviceUser: env.SERVICE_USER,
    logLevel: env.LOG_LEVEL,
  });
}

export type WorkerConfig = ReturnType<typeof readConfig>;
