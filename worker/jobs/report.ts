/** Pure: builds what a worker reports of a run. */
import type { Exit } from '../../shared/contracts/execution.ts';
import type { ExecutionJob } from '../../shared/contracts/job.ts';
import type { PostedFinish } from '../../shared/contracts/packed-json.ts';
import type { RunStarted } from '../../shared/contracts/result.ts';
import type { Collected } from '../sandbox/collector.ts';
import type { RunEnding } from '../sandbox/exit.ts';

export type RunTimes = {
  readonly takenAtMs: number;
  /** When the code began; the time at which it was taken if it never did. */
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
};

export type RunIdentity = {
  readonly job: ExecutionJob;
  readonly attempt: number;
  readonly workerId: string;
  /** In which the code runs; absent where it never did. */
  readonly containerId?: string;
};

/** As `docker ps` shows it. */
const CONTAINER_ID_CHARACTERS = 12;

const NOTHING: Collected = { outputs: [], truncated: { stdout: false, stderr: false, outputs: false }, error: null };

const identity = ({ job, attempt, workerId, containerId }: RunIdentity) =>
  ({
    version: 1,
    execution_id: job.execution_id,
    organization_id: job.organization_id,
    generation: job.generation,
    attempt,
    worker_id: workerId,
    ...(containerId !== undefined && { container_id: containerId.slice(0, CONTAINER_ID_CHARACTERS) }),
  }) as const;

export function toStarted(run: RunIdentity, startedAtMs: number): RunStarted {
  return { kind: 'started', ...identity(run), started_at_ms: startedAtMs };
}

function usageOf(run: RunIdentity, times: RunTimes, ending: RunEnding | null): PostedFinish['usage'] {
  const ended = ending?.kind === 'ended' ? ending.ended : null;
  return {
    // The clocks of two hosts may differ.
    queue_ms: Math.max(0, times.takenAtMs - run.job.created_at_ms),
    start_ms: times.startedAtMs - times.takenAtMs,
    wall_ms: ended?.wall_ms ?? times.finishedAtMs - times.startedAtMs,
    cpu_ms: ended?.cpu_ms ?? 0,
    memory_peak_bytes: ended?.memory_peak_bytes ?? 0,
  };
}

export type RunSummary = {
  readonly exit: Exit;
  readonly collected?: Collected;
  /** Null when the code never ran. */
  readonly ending: RunEnding | null;
  readonly times: RunTimes;
};

export function toFinished(run: RunIdentity, { exit, collected = NOTHING, ending, times }: RunSummary): PostedFinish {
  return {
    kind: 'finished',
    ...identity(run),
    started_at_ms: times.startedAtMs,
    finished_at_ms: times.finishedAtMs,
    exit,
    outputs: collected.outputs,
    truncated: collected.truncated,
    usage: usageOf(run, times, ending),
  };
}
