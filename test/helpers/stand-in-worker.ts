/**
 * Stands in for the worker at the queue's boundary: takes real jobs, runs no code, and posts real results.
 * What it "runs" is a script that the test gives.
 */
import type { Output } from '../../shared/contracts/execution.ts';
import type { RunFinished, RunStarted } from '../../shared/contracts/result.ts';
import type { WorkerStatus } from '../../shared/contracts/worker-status.ts';
import { createCancels } from '../../shared/queue/cancels.ts';
import { openRedis } from '../../shared/queue/connection.ts';
import { openExecutionConsumer, type Run } from '../../shared/queue/execution-consumer.ts';
import { createHeartbeats } from '../../shared/queue/heartbeats.ts';
import { createKeyspace } from '../../shared/queue/keyspace.ts';
import { createEventWriter } from '../../shared/queue/live-events.ts';
import { createResultPoster } from '../../shared/queue/results.ts';
import { openSubscriber } from '../../shared/queue/subscriber.ts';
import { createWorkerCommands } from '../../shared/queue/worker-commands.ts';
import { startOperatorHold } from '../../worker/jobs/operator-hold.ts';

export const PACKAGES = { python: '3.13.5', packages: [{ name: 'numpy', version: '2.2.4' }] };

export type StandInDeps = ReturnType<typeof openBoundary>;

/** What a script may do while it has the job. */
export type Scene = {
  readonly run: Run;
  readonly boundary: StandInDeps;
  /** Tells api that the run goes on, and readers that it has begun. */
  started(): Promise<void>;
  output(output: Output): Promise<void>;
  /** Resolves when cancelling was asked for. */
  readonly cancelled: Promise<void>;
  /** Posts the end; without it the script's return value decides. */
  finish(change?: Partial<RunFinished>): Promise<void>;
};

/** @returns changes to a plain `completed` report, or nothing when the script has posted by itself or never will */
export type Script = (scene: Scene) => Promise<Partial<RunFinished> | undefined>;

export type StandInOptions = {
  readonly redisUrl: string;
  readonly namespace: string;
  readonly slots?: number;
  readonly workerId?: string;
  readonly script?: Script;
};

/** Prints nothing and ends well. */
export const ok: Script = () => Promise.resolve({});

/** Says what the code says, as the text output of a program that echoes itself. */
export const echo: Script = ({ run }) =>
  Promise.resolve({ outputs: [{ type: 'text', stream: 'stdout', text: run.job.code }] });

export function reportOf(run: Pick<Run, 'job' | 'attempt'>, change: Partial<RunFinished> = {}): RunFinished {
  return {
    version: 1,
    kind: 'finished',
    execution_id: run.job.execution_id,
    organization_id: run.job.organization_id,
    generation: run.job.generation,
    attempt: run.attempt,
    worker_id: 'stand-in',
    started_at_ms: Date.now(),
    finished_at_ms: Date.now(),
    exit: { reason: 'ok', code: 0, signal: null },
    outputs: [],
    truncated: { stdout: false, stderr: false, outputs: false },
    usage: { queue_ms: 1, start_ms: 1, wall_ms: 1, cpu_ms: 1, memory_peak_bytes: 1 },
    ...change,
  };
}

export function startOf({ job, attempt }: Pick<Run, 'job' | 'attempt'>): RunStarted {
  return {
    version: 1,
    kind: 'started',
    execution_id: job.execution_id,
    organization_id: job.organization_id,
    generation: job.generation,
    attempt,
    worker_id: 'stand-in',
    started_at_ms: Date.now(),
  };
}

export function workerStatus(change: Partial<WorkerStatus> = {}): WorkerStatus {
  return {
    version: 1,
    worker_id: 'stand-in',
    host: 'test',
    service_version: '0',
    image_hash: 'none',
    runtime: 'none',
    slots: 4,
    busy: 0,
    sandboxes: { warm: 0, bound: 0, starting: 0 },
    engine: { healthy: true, version: null, detail: null },
    draining: false,
    paused: false,
    packages: PACKAGES,
    started_at_ms: Date.now(),
    beat_at_ms: Date.now(),
    ...change,
  };
}

export function openBoundary(redisUrl: string, namespace: string) {
  const keyspace = createKeyspace(namespace);
  const redis = openRedis(redisUrl, 'blocking', () => undefined);
  const subscriber = openSubscriber({ redisUrl, keyspace, report: () => undefined });
  const connection = { redis, keyspace };
  return {
    redis,
    keyspace,
    subscriber,
    poster: createResultPoster(connection),
    events: createEventWriter(connection),
    cancels: createCancels(connection),
    heartbeats: createHeartbeats(connection),
    commands: createWorkerCommands(connection),
    async close() {
      await subscriber.close();
      redis.disconnect();
    },
  };
}

export async function startStandInWorker(options: StandInOptions) {
  const { redisUrl, namespace, slots = 4, workerId = 'stand-in', script = ok } = options;
  const boundary = openBoundary(redisUrl, namespace);
  const taken: Run[] = [];
  let current = script;

  async function process(run: Run): Promise<void> {
    taken.push(run);
    const change = await current(scene(run, boundary));
    if (change !== undefined) await boundary.poster.post(reportOf(run, change), run.signal);
  }

  const consumer = openExecutionConsumer({ redisUrl, namespace, slots, process, report: () => undefined });
  const hold = startOperatorHold({
    read: () => boundary.commands.read(workerId),
    onWord: (look) => {
      boundary.subscriber.onWorkerCommand((id) => {
        if (id === workerId) look();
      });
    },
    onChange: (isHeld) => {
      if (isHeld) void consumer.pause();
      else consumer.resume();
      void beat();
    },
  });
  const beat = () =>
    boundary.heartbeats
      .beat(workerStatus({ worker_id: workerId, slots, paused: hold.isHeld(), beat_at_ms: Date.now() }))
      .catch(() => undefined);
  await beat();
  const beating = setInterval(() => void beat(), 500);
  consumer.start();

  return {
    boundary,
    /** Every run that was taken, in order. */
    taken,
    use(next: Script) {
      current = next;
    },
    async stop() {
      clearInterval(beating);
      hold.stop();
      await consumer.close();
      await boundary.heartbeats.leave(workerId).catch(() => undefined);
      await boundary.close();
    },
  };
}

export type StandInWorker = Awaited<ReturnType<typeof startStandInWorker>>;

function scene(run: Run, boundary: StandInDeps): Scene {
  const id = run.job.execution_id;
  const cancelled = new Promise<void>((resolve) => {
    const stop = boundary.subscriber.onCancel((cancelledId) => {
      if (cancelledId !== id) return;
      stop();
      resolve();
    });
    // Registered first, looked up second: a request between the two is seen by one of them.
    void boundary.cancels.isRequested(id).then((requested) => {
      if (requested) resolve();
    });
  });
  return {
    run,
    boundary,
    cancelled,
    async started() {
      const report = startOf(run);
      await boundary.events.append(id, [
        { type: 'started', attempt: run.attempt, started_at_ms: report.started_at_ms },
      ]);
      await boundary.poster.post(report);
    },
    output: (output) => boundary.events.append(id, [{ type: 'output', attempt: run.attempt, output }]),
    finish: (change = {}) => boundary.poster.post(reportOf(run, change)),
  };
}
