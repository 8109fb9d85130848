/** What this worker says of itself. */
import { hostname } from 'node:os';
import type { WorkerStatus } from '../shared/contracts/worker-status.ts';
import type { WorkerConfig } from './config.ts';
import type { EngineHealth } from './jobs/engine-watch.ts';
import type { Running } from './jobs/running.ts';
import type { Pool } from './pool/pool.ts';
import type { ImageContents } from './sandbox/factory.ts';

const SERVICE_VERSION = '0.1.0';

export type StatusDeps = {
  readonly config: Pick<WorkerConfig, 'runtime' | 'slots'>;
  readonly workerId: string;
  readonly running: Pick<Running, 'count'>;
  readonly pool: Pick<Pool, 'count'>;
  readonly engine: { readonly health: () => EngineHealth };
  readonly factory: { readonly contents: () => ImageContents };
  readonly isHeld: () => boolean;
};

export function createStatus({ config, workerId, running, pool, engine, factory, isHeld }: StatusDeps) {
  const startedAtMs = Date.now();
  let draining = false;
  return {
    drain(): void {
      draining = true;
    },
    read: (): WorkerStatus => ({
      version: 1,
      worker_id: workerId,
      host: hostname(),
      service_version: SERVICE_VERSION,
      image_hash: factory.contents().imageId,
      runtime: config.runtime,
      slots: config.slots,
      busy: running.count(),
      sandboxes: pool.count(),
      engine: engine.health(),
      draining,
      paused: isHeld(),
      packages: factory.contents().packages,
      started_at_ms: startedAtMs,
      beat_at_ms: Date.now(),
    }),
  };
}
