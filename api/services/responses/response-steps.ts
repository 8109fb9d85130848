/** What the reconciler does for responses: ends those whose process is gone, and deletes those that are old. */
import type { ResponseProgressStore } from '../../store/response-progress-store.ts';
import type { RunExecution } from '../run-execution.ts';
import type { Background } from './background.ts';
import { RESPONSE_LOST } from './response-end.ts';
import { SILENCE_MS } from './stops.ts';

export type ResponseStepsDeps = {
  readonly store: Pick<ResponseProgressStore, 'failLost' | 'deleteEndedBefore'>;
  readonly background: Pick<Background, 'backgroundResponses'>;
  readonly runs: Pick<RunExecution, 'abandon'>;
  /** Responses that ended longer ago are deleted; 0 keeps them for ever. */
  readonly retentionDays: number;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

const ROWS_PER_PASS = 100;
const LOOK_EVERY_MS = 2_000;
const DELETE_EVERY_MS = 60_000;
const DELETED_PER_PASS = 1_000;

export function createResponseSteps({ store, background, runs, retentionDays, nowMs, report }: ResponseStepsDeps) {
  let lookedAtMs = -Infinity;
  let queuedAtMs = -Infinity;
  let deletedAtMs = -Infinity;
  return {
    /** Their code is stopped: nobody reads what it gives. */
    async lostResponses(): Promise<void> {
      if (nowMs() - lookedAtMs < LOOK_EVERY_MS) return;
      lookedAtMs = nowMs();
      const lost = await store.failLost(SILENCE_MS, RESPONSE_LOST, ROWS_PER_PASS);
      for (const { response_id: responseId } of lost) report('a response was lost', { responseId });
      await Promise.all(
        lost.map(async (one) => {
          if (one.execution_id !== null) await runs.abandon(one.organization_id, one.execution_id);
        }),
      );
    },

    async backgroundResponses(): Promise<void> {
      if (nowMs() - queuedAtMs < LOOK_EVERY_MS) return;
      queuedAtMs = nowMs();
      await background.backgroundResponses();
    },

    async oldResponses(): Promise<void> {
      if (retentionDays === 0 || nowMs() - deletedAtMs < DELETE_EVERY_MS) return;
      const deleted = await store.deleteEndedBefore(retentionDays, DELETED_PER_PASS);
      if (deleted < DELETED_PER_PASS) deletedAtMs = nowMs();
    },
  };
}
