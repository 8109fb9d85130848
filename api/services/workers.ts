/** The workers, also those that died lately, and holding them: one that is held ends what it runs and takes nothing new. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Origin } from '../../shared/contracts/audit.ts';
import { AppError } from '../../shared/contracts/errors.ts';
import type { OperatorWorker } from '../../shared/contracts/operator-worker.ts';
import type { WorkerStatus } from '../../shared/contracts/worker-status.ts';
import type { HeardWorker, Heartbeats } from '../../shared/queue/heartbeats.ts';
import type { WorkerCommand } from '../../shared/queue/worker-commands.ts';
import type { Audit } from './audit.ts';

export type WorkersDeps = {
  readonly heartbeats: Pick<Heartbeats, 'heard' | 'lost'>;
  readonly commands: { give(workerId: string, command: WorkerCommand): Promise<void> };
  readonly audit: Pick<Audit, 'attempt'>;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
};

/** A worker obeys within a second and says so at once; one that has not by then will when it is back. */
const OBEY_WAIT_MS = 1_500;
const POLL_MS = 25;

export function createWorkers({ heartbeats, commands, audit, nowMs }: WorkersDeps) {
  async function find(id: string): Promise<HeardWorker> {
    const worker = (await heartbeats.heard()).find(({ status }) => status.worker_id === id);
    if (worker === undefined) throw new AppError('NOT_FOUND', 'There is no live worker of this id.');
    return worker;
  }

  async function whenObeyed(id: string, isPaused: boolean): Promise<HeardWorker> {
    const deadlineMs = nowMs() + OBEY_WAIT_MS;
    for (;;) {
      const worker = await find(id);
      if (worker.status.paused === isPaused || nowMs() > deadlineMs) return worker;
      await delay(POLL_MS);
    }
  }

  return {
    async list(): Promise<OperatorWorker[]> {
      const [lost, live] = await Promise.all([heartbeats.lost(), heartbeats.heard()]);
      // One may have been heard of between both readings.
      const isLive = new Set(live.map(({ status }) => status.worker_id));
      const dead = lost.filter(({ status }) => !isLive.has(status.worker_id));
      return [...live.map(toOperatorWorker), ...dead.map(toDeadWorker)];
    },

    /**
     * @returns the worker as it says that it is then
     * @throws AppError NOT_FOUND, QUEUE_UNAVAILABLE
     */
    async command(id: string, command: WorkerCommand, origin: Origin): Promise<OperatorWorker> {
      return audit.attempt({ ...origin, action: `worker.${command}`, targetId: id }, async () => {
        await find(id);
        await commands.give(id, command);
        return toOperatorWorker(await whenObeyed(id, command === 'drain'));
      });
    },
  };
}

export type Workers = ReturnType<typeof createWorkers>;

/** Pure. */
export function toOperatorWorker({ status, ageMs }: HeardWorker): OperatorWorker {
  return {
    id: status.worker_id,
    object: 'worker',
    state: stateOf(status),
    host: status.host,
    service_version: status.service_version,
    image_hash: status.image_hash,
    python: status.packages?.python ?? null,
    runtime: status.runtime,
    slots: status.slots,
    busy: status.busy,
    sandboxes: status.sandboxes,
    engine: status.engine,
    machine: status.machine ?? null,
    started_at: new Date(status.started_at_ms).toISOString(),
    heartbeat_age_ms: ageMs,
  };
}

/** Nothing runs on it any more, whatever it said last. */
function toDeadWorker(heard: HeardWorker): OperatorWorker {
  return { ...toOperatorWorker(heard), state: 'dead', busy: 0, sandboxes: { warm: 0, bound: 0, starting: 0 } };
}

/** What lasts longest comes first. */
function stateOf({ draining, paused, engine }: WorkerStatus): OperatorWorker['state'] {
  if (draining) return 'draining';
  if (paused) return 'paused';
  return engine.healthy ? 'taking' : 'unable';
}
