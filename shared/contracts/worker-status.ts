/** What a worker says of itself with every heartbeat. */
import { z } from 'zod';

export const PackageEntry = z.strictObject({ name: z.string(), version: z.string() });

/** Written at image build: the interpreter and every importable distribution. */
export const PackageList = z.strictObject({ python: z.string(), packages: z.array(PackageEntry) });
export type PackageList = z.infer<typeof PackageList>;

/** Drawn anew whenever a worker starts. */
export const WorkerId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'a worker id: 1 to 64 letters, digits, _ and -')
  .meta({ example: 'worker_0f8fad5b-d9cb-469f-a165-70867728950e' });

/** The machine that a worker runs on; of a container, what its host says. */
export const WorkerMachine = z
  .strictObject({
    cpus: z.int(),
    load: z.number().describe('Processes that ran or waited for a CPU, on average over the last minute.'),
    memory_bytes: z.number(),
    memory_free_bytes: z.number().describe('What programs could still get.'),
  })
  .meta({ id: 'WorkerMachine' });
export type WorkerMachine = z.infer<typeof WorkerMachine>;

export const WorkerStatus = z.object({
  version: z.literal(1),
  worker_id: z.string(),
  host: z.string(),
  service_version: z.string(),
  /** The id of the image in the worker's engine. */
  image_hash: z.string(),
  runtime: z.string(),
  slots: z.int(),
  busy: z.int(),
  sandboxes: z.object({ warm: z.int(), bound: z.int(), starting: z.int() }),
  /** Whether the engine answered last time; while false no job is taken. */
  engine: z.object({ healthy: z.boolean(), version: z.string().nullable(), detail: z.string().nullable() }),
  /** True after SIGTERM: running jobs end, no new one is taken. */
  draining: z.boolean(),
  /** True while operators hold it: running jobs end, no new one is taken. A version that cannot be held never is. */
  paused: z.boolean().default(false),
  packages: PackageList.nullable(),
  /** A version that does not tell leaves it out. */
  machine: WorkerMachine.optional(),
  started_at_ms: z.number(),
  beat_at_ms: z.number(),
});
export type WorkerStatus = z.infer<typeof WorkerStatus>;
