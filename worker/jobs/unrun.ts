/** What becomes of a job whose code was not run here, or not to its end. */
import type { Exit } from '../../shared/contracts/execution.ts';
import type { PostedReport } from '../../shared/contracts/packed-json.ts';
import { pause } from '../../shared/platform/deadline.ts';
import type { HandBack } from '../../shared/queue/execution-consumer.ts';
import { FilesUnavailable } from '../files/job-files.ts';
import { toFinished, type RunIdentity, type RunTimes } from './report.ts';

/** An execution that lost its worker, its sandbox or its files this often is given up: it may be what kills them. */
export const LOSSES_MAX = 2;
/** Keeps a job that no worker can run from going round as fast as it can. */
const HAND_BACK_PAUSE_MS = 1_000;

export type Attempt = RunIdentity & {
  readonly takenAtMs: number;
  /** Aborted by a cancel, the loss of the job's lock, or a halt. */
  readonly signal: AbortSignal;
  /** Aborted by the last two alone: nothing is to be reported then. */
  readonly stopped: AbortSignal;
};

export type UnrunDeps = {
  readonly results: { readonly post: (report: PostedReport, signal?: AbortSignal) => Promise<void> };
  readonly report: (event: string, detail: unknown) => void;
  readonly now: () => number;
};

export function createUnrun({ results, report, now }: UnrunDeps) {
  /** Reports an execution whose code does not run: cancelled before it began, or given up. */
  function end(attempt: Attempt, reason: 'cancelled' | 'sandbox_lost'): Promise<void> {
    const { takenAtMs, stopped } = attempt;
    const times: RunTimes = { takenAtMs, startedAtMs: takenAtMs, finishedAtMs: now() };
    const exit: Exit = { reason, code: null, signal: null };
    return results.post(toFinished(attempt, { exit, ending: null, times }), stopped);
  }

  /** @returns why the job is handed back, if it is not given up */
  async function lost(attempt: Attempt, lostBefore: number): Promise<HandBack | null> {
    if (lostBefore + 1 < LOSSES_MAX) return 'loss';
    await end(attempt, 'sandbox_lost');
    return null;
  }

  return {
    end,
    lost,
    /**
     * There is no sandbox to be had, or not the files: content that is lost stays lost, so that has one more try alone,
     * elsewhere or a moment later.
     * @returns why the job is handed back, if it is not given up
     */
    async unable(attempt: Attempt, error: unknown, lostBefore: number): Promise<HandBack | null> {
      const { stopped, job } = attempt;
      const areFilesMissing = error instanceof FilesUnavailable && !stopped.aborted;
      const event = areFilesMissing ? 'files of an execution cannot be had' : 'a job was handed back';
      report(event, {
        executionId: job.execution_id,
        error: String(error instanceof FilesUnavailable ? error.cause : error),
      });
      await pause(HAND_BACK_PAUSE_MS, stopped);
      return areFilesMissing ? lost(attempt, lostBefore) : 'no loss';
    },
  };
}
