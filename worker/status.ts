/** What this worker says of itself. */
import { availableParallelism, freemem, hostname, loadavg, totalmem } from 'node:os';
import type { WorkerMachine, WorkerStatus } from '../shared/contracts/worker-status.ts';
import { SERVICE_VERSION } from '../shared/platform/version.ts';
import type { WorkerConfig } from './config.ts';
import type { EngineHealth } from './jobs/engine-watch.ts';
import type { Running } from './jobs/running.ts';
import type { Pool } from './pool/pool.ts';
import type { ImageContents } from './sandbox/factory.ts';

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
      machine: machineNow(),
      started_at_ms: startedAtMs,
      beat_at_ms: Date.now(),
    }),
  };
}

function machineNow(): WorkerMachine {
  const [load = 0] = loadavg();
  // Linux tells here what programs could still get, not what nobody uses.
  return { cpus: availableParallelism(), load, memory_bytes: totalmem(), memory_free_bytes: freemem() };
}
