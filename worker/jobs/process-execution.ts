/**
 * One job from taken to reported: check for a cancel, get a sandbox, run, post the result, clean up.
 * Whatever the code does ends in a report. A job that cannot be run here is handed back to the queue.
 */
import type { Exit, Isolation } from '../../shared/contracts/execution.ts';
import type { ExecutionJob } from '../../shared/contracts/job.ts';
import { FLOOD_BYTES_MAX } from '../../shared/contracts/limits.ts';
import { within } from '../../shared/platform/deadline.ts';
import type { PostedEvent, PostedReport } from '../../shared/contracts/packed-json.ts';
import type { HandBack, Run } from '../../shared/queue/execution-consumer.ts';
import type { HeldFiles, JobFiles } from '../files/job-files.ts';
import { tighter } from '../pool/choose.ts';
import type { FilesLease, FilesRequest } from '../pool/room-for-files.ts';
import { createCollector } from '../sandbox/collector.ts';
import { isReusable, toExit, type RunEnding } from '../sandbox/exit.ts';
import { createLiveOutput } from './live-output.ts';
import { toFinished, toStarted } from './report.ts';
import type { Running } from './running.ts';
import { createUnrun, LOSSES_MAX, type Attempt } from './unrun.ts';

/** A run that is shorter is told by its result alone. */
const STARTED_AFTER_MS = 100;
/** The result waits so long at most for the run's last events, which go to Redis by another connection. */
const LAST_EVENTS_MS = 100;
/** Without a sandbox for so long the job is handed back, so that another worker can take it. */
const SANDBOX_WAIT_MS = 30_000;

export type ProcessDeps = {
  readonly workerId: string;
  /** What the worker is set to; a job may only tighten it. */
  readonly isolation: Isolation;
  readonly pool: { readonly acquire: (request: FilesRequest, signal: AbortSignal) => Promise<FilesLease> };
  readonly files: JobFiles;
  readonly running: Pick<Running, 'register'>;
  readonly cancels: { readonly isRequested: (executionId: string) => Promise<boolean> };
  readonly results: { readonly post: (report: PostedReport, signal?: AbortSignal) => Promise<void> };
  readonly events: { readonly append: (executionId: string, events: readonly PostedEvent[]) => Promise<void> };
  /** Aborted when the worker must go at once: runs end and their jobs are handed back. */
  readonly halted: AbortSignal;
  readonly report: (event: string, detail: unknown) => void;
  readonly newToken: () => string;
  readonly now: () => number;
};

type Ran = { readonly exit: Exit | null; readonly report: PostedReport | null; readonly lease: FilesLease };

export function createProcessExecution(deps: ProcessDeps) {
  const { pool, results, now } = deps;
  const unrun = createUnrun(deps);

  async function runOnce(attempt: Attempt): Promise<Ran> {
    const held = await deps.files.hold(attempt.job, attempt.signal);
    try {
      return await runWith(held, attempt);
    } finally {
      held.release();
    }
  }

  async function runWith({ files }: HeldFiles, attempt: Attempt): Promise<Ran> {
    const { job, takenAtMs, signal } = attempt;
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(SANDBOX_WAIT_MS)]);
    const lease = await pool.acquire(requestOf(job, deps.isolation), inTime);
    const live = createLiveOutput(
      { append: (events) => deps.events.append(job.execution_id, events) },
      attempt.attempt,
    );
    const collector = createCollector(live.output);
    const ran = inSandbox(attempt, lease);
    let startedAtMs: number | undefined;
    let startedTimer: NodeJS.Timeout | undefined;
    const observer = {
      onStarted() {
        const at = now();
        startedAtMs = at;
        live.started(at);
        startedTimer = setTimeout(
          () => void results.post(toStarted(ran, at), signal).catch(() => undefined),
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
      figureFormat: job.figure_format,
      files,
    };
    const ending: RunEnding = await lease.sandbox.run(request, observer, signal);
    clearTimeout(startedTimer);
    const collected = collector.finish();
    const written = live.end();
    if (written !== null) await within(LAST_EVENTS_MS, written).catch(() => undefined);
    const exit = toExit(ending, collected.error);
    const finishedAtMs = now();
    const times = { takenAtMs, startedAtMs: startedAtMs ?? finishedAtMs, finishedAtMs };
    return { exit, report: exit && toFinished(ran, { exit, collected, ending, times }), lease };
  }

  /** Gives the sandbox back once nothing of the run is left in it. */
  async function giveBack(lease: FilesLease, exit: Exit | null): Promise<void> {
    const reusable = exit !== null && isReusable(exit.reason);
    await lease.release(reusable && (await lease.sandbox.isClean()));
  }

  /** @returns why the job is handed back, if its end could not be reported */
  async function runAndReport(
    attempt: Attempt,
    isStopped: () => boolean,
    lostBefore: number,
  ): Promise<HandBack | null> {
    const { exit, report, lease } = await runOnce(attempt);
    try {
      if (isStopped()) return 'no loss';
      if (report !== null) await results.post(report, attempt.stopped);
    } finally {
      await giveBack(lease, exit);
    }
    return report === null ? unrun.lost(inSandbox(attempt, lease), lostBefore) : null;
  }

  return async function processExecution(run: Run): Promise<void> {
    const { job } = run;
    const registered = deps.running.register(job.execution_id);
    const stopped = AbortSignal.any([run.signal, deps.halted]);
    const signal = AbortSignal.any([registered.signal, stopped]);
    const attempt = { job, attempt: run.attempt, workerId: deps.workerId, takenAtMs: now(), signal, stopped };
    try {
      if (run.lostBefore >= LOSSES_MAX) return await unrun.end(attempt, 'sandbox_lost');
      // Registered first, then looked: a cancel falls into one of the two.
      if (await deps.cancels.isRequested(job.execution_id)) return await unrun.end(attempt, 'cancelled');
      const handBack = await runAndReport(attempt, () => stopped.aborted, run.lostBefore);
      if (handBack !== null) run.handBack(handBack);
    } catch (error) {
      // Without a sandbox: cancelled while it waited for one, or there is none to be had here.
      if (registered.signal.aborted && !stopped.aborted) return await unrun.end(attempt, 'cancelled');
      const handBack = await unrun.unable(attempt, error, run.lostBefore);
      if (handBack !== null) run.handBack(handBack);
    } finally {
      registered.done();
    }
  };
}

function inSandbox(attempt: Attempt, { sandbox }: FilesLease): Attempt {
  return { ...attempt, containerId: sandbox.id };
}

function requestOf(job: ExecutionJob, isolation: Isolation): FilesRequest {
  return {
    organizationId: job.organization_id,
    isolation: tighter(isolation, job.isolation),
    memoryMib: job.memory_mb,
    fileSizesBytes: (job.files ?? []).map((file) => file.size_bytes),
  };
}
