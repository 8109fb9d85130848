/** What a worker says of itself with every heartbeat. */
import { z } from 'zod';

export const PackageEntry = z.strictObject({ name: z.string(), version: z.string() });

/** Written at image build: the interpreter and every importable distribution. */
export const PackageList = z.strictObject({ python: z.string(), packages: z.array(PackageEntry) });
export type PackageList = z.infer<typeof PackageList>;

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
  packages: PackageList.nullable(),
  started_at_ms: z.number(),
  beat_at_ms: z.number(),
});
export type WorkerStatus = z.infer<typeof WorkerStatus>;
