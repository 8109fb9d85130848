/**
 * One job from taken to reported: check for a cancel, get a sandbox, run, post the result, clean up.
 * Whatever the code does ends in a report. A job that cannot be run here is handed back to the queue.
 */
import type { Exit, Isolation } from '../../shared/contracts/execution.ts';
import type { LiveEvent } from '../../shared/contracts/events.ts';
import { FLOOD_BYTES_MAX } from '../../shared/contracts/limits.ts';
import type { RunReport } from '../../shared/contracts/result.ts';
import type { Run } from '../../shared/queue/execution-consumer.ts';
import { tighter } from '../pool/choose.ts';
import type { Lease, PoolRequest } from '../pool/pool.ts';
import { createCollector } from '../sandbox/collector.ts';
import { isReusable, toExit, type RunEnding } from '../sandbox/exit.ts';
import { createLiveOutput } from './live-output.ts';
import { toFinished, toStarted, type RunIdentity, type RunTimes } from './report.ts';
import type { Running } from './running.ts';

/** A run that is shorter is told by its result alone. */
const STARTED_AFTER_MS = 100;
/** Without a sandbox for so long the job is handed back, so that another worker can take it. */
const SANDBOX_WAIT_MS = 30_000;
/** An execution that lost its worker or sandbox this often is given up: it may be what kills them. */
const LOSSES_MAX = 2;

export type ProcessDeps = {
  readonly workerId: string;
  /** What the worker is set to; a job may only tighten it. */
  readonly isolation: Isolation;
  readonly pool: { readonly acquire: (request: PoolRequest, signal: AbortSignal) => Promise<Lease> };
  readonly running: Pick<Running, 'register'>;
  readonly cancels: { readonly isRequested: (executionId: string) => Promise<boolean> };
  readonly results: { readonly post: (report: RunReport, signal?: AbortSignal) => Promise<void> };
  readonly events: { readonly append: (executionId: string, events: readonly LiveEvent[]) => Promise<void> };
  /** Aborted when the worker must go at once: runs end and their jobs are handed back. */
  readonly halted: AbortSignal;
  readonly report: (event: string, detail: unknown) => void;
  readonly newToken: () => string;
  readonly now: () => number;
};

type Attempt = RunIdentity & {
  /** Aborted by a cancel, the loss of the job's lock, or a halt. */
  readonly signal: AbortSignal;
  readonly takenAtMs: number;
};

type Ran = { readonly exit: Exit | null; readonly report: RunReport | null; readonly lease: Lease };

export function createProcessExecution(deps: ProcessDeps) {
  const { pool, results, now } = deps;

  /** The report of an execution whose code does not run: cancelled before it began, or given up. */
  function postUnrun(run: RunIdentity, takenAtMs: number, reason: 'cancelled' | 'sandbox_lost'): Promise<void> {
    const times: RunTimes = { takenAtMs, startedAtMs: takenAtMs, finishedAtMs: now() };
    return results.post(toFinished(run, { exit: { reason, code: null, signal: null }, ending: null, times }));
  }

  async function runOnce(attempt: Attempt): Promise<Ran> {
    const { job, takenAtMs, signal } = attempt;
    const lease = await pool.acquire(
      {
        organizationId: job.organization_id,
        isolation: tighter(deps.isolation, job.isolation),
        memoryMib: job.memory_mb,
      },
      AbortSignal.any([signal, AbortSignal.timeout(SANDBOX_WAIT_MS)]),
    );
    const live = createLiveOutput(
      { append: (events) => deps.events.append(job.execution_id, events) },
      attempt.attempt,
    );
    const collector = createCollector(live.output);
    let startedAtMs: number | undefined;
    let startedTimer: NodeJS.Timeout | undefined;
    const observer = {
      onStarted() {
        const at = now();
        startedAtMs = at;
        live.started(at);
        startedTimer = setTimeout(
          () => void results.post(toStarted(attempt, at), signal).catch(() => undefined),
          STARTED_AFTER_MS,
        );
      },
      onBytes: collector.push,
    };
    const request = {
      run: deps.newToken(),
      code: job.code,
      stdin: job.stdin,
      timeoutMs: job.timeout_ms,
      floodBytesMax: FLOOD_BYTES_MAX,
    };
    const ending: RunEnding = await lease.sandbox.run(request, observer, signal);
    clearTimeout(startedTimer);
    const collected = collector.finish();
    live.flush();
    const exit = toExit(ending, collected.error);
    const finishedAtMs = now();
    const times = { takenAtMs, startedAtMs: startedAtMs ?? finishedAtMs, finishedAtMs };
    return { exit, report: exit && toFinished(attempt, { exit, collected, ending, times }), lease };
  }

  /** Gives the sandbox back once nothing of the run is left in it. */
  async function giveBack(lease: Lease, exit: Exit | null): Promise<void> {
    const reusable = exit !== null && isReusable(exit.reason);
    lease.release(reusable && (await lease.sandbox.isClean()));
  }

  /** @returns whether the execution's end was reported; false when the worker must stop first */
  async function runUntilReported(attempt: Attempt, isStopped: () => boolean, lossesLeft: number): Promise<boolean> {
    const { exit, report, lease } = await runOnce(attempt);
    try {
      if (isStopped()) return false;
      if (report !== null) await results.post(report);
    } finally {
      await giveBack(lease, exit);
    }
    if (report !== null) return true;
    if (lossesLeft > 1)
      return runUntilReported({ ...attempt, attempt: attempt.attempt + 1 }, isStopped, lossesLeft - 1);
    await postUnrun(attempt, attempt.takenAtMs, 'sandbox_lost');
    return true;
  }

  return async function processExecution(run: Run): Promise<void> {
    const takenAtMs = now();
    const { job } = run;
    const identity: RunIdentity = { job, attempt: run.attempt, workerId: deps.workerId };
    if (run.lostBefore >= LOSSES_MAX) return postUnrun(identity, takenAtMs, 'sandbox_lost');

    const registered = deps.running.register(job.execution_id);
    const isStopped = () => run.signal.aborted || deps.halted.aborted;
    try {
      // Registered first, then looked: a cancel falls into one of the two.
      if (await deps.cancels.isRequested(job.execution_id)) return await postUnrun(identity, takenAtMs, 'cancelled');
      const signal = AbortSignal.any([registered.signal, run.signal, deps.halted]);
      const attempt = { ...identity, signal, takenAtMs };
      if (!(await runUntilReported(attempt, isStopped, LOSSES_MAX - run.lostBefore))) run.handBack();
    } catch (error) {
      // Without a sandbox: cancelled while it waited for one, or there is none to be had here.
      if (registered.signal.aborted && !isStopped()) return await postUnrun(identity, takenAtMs, 'cancelled');
      deps.report('a job was handed back', { executionId: job.execution_id, error: String(error) });
      run.handBack();
    } finally {
      registered.done();
    }
  };
}
