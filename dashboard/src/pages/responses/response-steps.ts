/** What a response spent its time on, one thing after the other. Pure. */
import type {
  OperatorResponse,
  OperatorResponseSummary,
  ResponseRun,
} from '../../../../shared/contracts/operator-response.ts';

export type Stretch = {
  readonly kind: 'wait' | 'model' | 'code';
  /** Null while it lasts. */
  readonly tookMs: number | null;
  /** Of a stretch that ran code. */
  readonly run: ResponseRun | null;
};

type Told = Pick<OperatorResponse, 'created_at' | 'started_at' | 'completed_at' | 'runs'>;
type Ended = Pick<OperatorResponseSummary, 'created_at' | 'completed_at'>;

export function isOpen({ status }: Pick<OperatorResponseSummary, 'status'>): boolean {
  return status === 'queued' || status === 'in_progress';
}

/** From the request to the end, in milliseconds; null before the end. */
export function tookMs({ created_at: createdAt, completed_at: completedAt }: Ended): number | null {
  return completedAt === null ? null : between(createdAt, completedAt);
}

/**
 * The wait for its turn, then model and code by turns. Runs may go on side by side; the model goes on when the last of
 * them has ended.
 */
export function stretchesOf({ created_at: createdAt, started_at: startedAt, completed_at: completedAt, runs }: Told) {
  const stretches: Stretch[] = [];
  const add = (kind: Stretch['kind'], from: string, to: string | null, run: ResponseRun | null = null) => {
    stretches.push({ kind, tookMs: to === null ? null : between(from, to), run });
  };
  if (startedAt === null) {
    add('wait', createdAt, completedAt);
    return stretches;
  }
  add('wait', createdAt, startedAt);
  /** Until when it is known what was done; null while code runs. */
  let knownTo: string | null = startedAt;
  for (const run of runs) {
    if (knownTo !== null && run.created_at > knownTo) add('model', knownTo, run.created_at);
    add('code', run.created_at, run.finished_at, run);
    knownTo = knownTo === null ? null : later(knownTo, run.finished_at);
  }
  if (knownTo !== null) add('model', knownTo, completedAt);
  return stretches;
}

/** ISO 8601 of one form sorts as text. */
function later(one: string, other: string | null): string | null {
  if (other === null) return null;
  return other > one ? other : one;
}

function between(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from));
}
