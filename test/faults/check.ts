/** Whether what the rows say is what the clients were promised. Pure. */
import type { ExecutionStatus } from '../../shared/contracts/statuses.ts';
import type { FaultKind } from './plan.ts';
import type { Task } from './workload.ts';

/** An end as somebody saw it. */
export type End = { readonly status: ExecutionStatus; readonly stdout: string };

/** One task as its client saw it. */
export type Seen = {
  readonly task: Task;
  /** Ids of answers 200 and 202; the idempotency key makes all of them one. */
  readonly acknowledged: readonly string[];
  readonly cancelAsked: boolean;
  readonly ends: readonly End[];
  /** Answers that no outage explains. */
  readonly unexpected: readonly string[];
};

/** One execution as the database has it in the end. */
export type Row = End & {
  readonly id: string;
  readonly taskNumber: number;
  readonly exitReason: string | null;
  readonly attempt: number;
  readonly createdAtMs: number;
  readonly finishedAtMs: number | null;
};

/** A time in which running code could be lost. */
export type Loss = { readonly kind: FaultKind; readonly fromMs: number; readonly toMs: number };

export type Outcome = {
  readonly seen: readonly Seen[];
  readonly rows: readonly Row[];
  readonly losses: readonly Loss[];
};

/** A loss is noticed, and the lost code started again, at most so much later. */
const NOTICED_WITHIN_MS = 10_000;
/** The second loss is the last. */
const LOSSES_MIN = 2;

/** @returns a sentence for every promise that was broken */
export function findViolations({ seen, rows, losses }: Outcome): string[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const byTask = new Map(seen.map((one) => [one.task.number, one]));
  return [
    ...seen.flatMap((one) => clientViolations(one, byId)),
    ...rows.flatMap((row) => rowViolations(row, byTask.get(row.taskNumber), losses)),
  ];
}

/**
 * Whether every end was counted as used, and counted once.
 * @param counted executions by exit reason, as the usage tells them
 * @returns a sentence for every reason that was counted wrongly
 */
export function findMiscounts(rows: readonly Row[], counted: ReadonlyMap<string, number>): string[] {
  const ended = Map.groupBy(rows, (row) => row.exitReason);
  const reasons = new Set([...ended.keys(), ...counted.keys()].filter((reason) => reason !== null));
  return [...reasons].flatMap((reason) => {
    const [rowsEnded, told] = [ended.get(reason)?.length ?? 0, counted.get(reason) ?? 0];
    return rowsEnded === told
      ? []
      : [`usage: ${reason} ended ${String(rowsEnded)} and was counted ${String(told)} times`];
  });
}

function clientViolations({ task, acknowledged, ends, unexpected }: Seen, rows: ReadonlyMap<string, Row>): string[] {
  const name = `task ${String(task.number)}`;
  const ids = new Set(acknowledged);
  const found = unexpected.map((answer) => `${name}: unexpected answer ${answer}`);
  if (ids.size > 1) found.push(`${name}: one idempotency key, several executions: ${[...ids].join(', ')}`);
  for (const id of ids) if (!rows.has(id)) found.push(`${name}: ${id} was acknowledged and is gone`);
  const row = rows.get(acknowledged[0] ?? '');
  for (const end of ends) {
    if (row !== undefined && (row.status !== end.status || row.stdout !== end.stdout))
      found.push(`${name}: ${row.id} was told as ${describe(end)} and is now ${describe(row)}`);
  }
  return found;
}

function rowViolations(row: Row, seen: Seen | undefined, losses: readonly Loss[]): string[] {
  const name = `task ${String(row.taskNumber)}: ${row.id}`;
  if (seen === undefined) return [`${name}: nobody asked for it`];
  const problem = problemOf(row, seen, losses);
  return problem === undefined ? [] : [`${name} (${seen.task.mode}, attempt ${String(row.attempt)}): ${problem}`];
}

function problemOf(row: Row, { task, cancelAsked }: Seen, losses: readonly Loss[]): string | undefined {
  switch (row.status) {
    case 'queued':
    case 'running':
      return `stuck in ${row.status}`;
    case 'completed':
      return row.stdout === task.expectedStdout ? undefined : `wrong output ${JSON.stringify(row.stdout)}`;
    case 'cancelled':
      return cancelAsked ? undefined : 'cancelled, which nobody asked for';
    case 'failed':
      return problemOfFailure(row, losses);
  }
}

function problemOfFailure(row: Row, losses: readonly Loss[]): string | undefined {
  if (row.exitReason !== 'sandbox_lost') return `failed with ${String(row.exitReason)}`;
  const met = lossesDuring(row, losses);
  if (met.length >= LOSSES_MIN) return undefined;
  return `sandbox_lost, but only met ${met.map(({ kind }) => kind).join(', ') || 'no loss'}`;
}

function lossesDuring({ createdAtMs, finishedAtMs }: Row, losses: readonly Loss[]): Loss[] {
  const until = finishedAtMs ?? Infinity;
  return losses.filter(({ fromMs, toMs }) => fromMs <= until && toMs + NOTICED_WITHIN_MS >= createdAtMs);
}

function describe({ status, stdout }: End): string {
  return `${status} with ${JSON.stringify(stdout)}`;
}
