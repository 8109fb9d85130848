/**
 * Records what workers report. Works for the service as a whole, across organizations, in one statement per batch.
 *
 * An execution has no side effects, so any true end of it is as good as any other. From that follow the rules:
 * - the first end that is recorded stays: only open rows are updated;
 * - an end by the code itself (ok, exception, timed_out …) counts from any generation, also from a run thought lost;
 * - `sandbox_lost` and `cancelled` say only that *this* run gave up: they count from the newest run that is known of,
 *   never from an older generation or attempt, as they would end a newer one that may still succeed;
 * - a start counts only if it is newer than the newest known run.
 */
import { sql } from 'kysely';
import type { ExecutionId } from '../../shared/contracts/ids.ts';
import type { RunFinished, RunStarted } from '../../shared/contracts/result.ts';
import { OPEN_STATUSES, statusOf } from '../../shared/contracts/statuses.ts';
import { orDatabaseError, type Db } from './database.ts';

export type Recorded = {
  readonly id: ExecutionId;
  /** Whether a newer dispatch of the same execution is on its way or running, and now for nothing. */
  readonly superseded: boolean;
  /** The attempt that ended, counted over all dispatches. */
  readonly attempt: number;
};

/** Workers count the attempts of one dispatch; an execution's own count goes on over dispatches. */
const SHOWN_ATTEMPT = sql`(r.attempt + case when r.generation = e.generation then e.attempt_offset else 0 end)`;

export function createResultStore({ db }: { readonly db: Db }) {
  return {
    /** @param reports at most one per execution */
    async recordFinished(reports: readonly RunFinished[]): Promise<Recorded[]> {
      if (reports.length === 0) return [];
      const result = await orDatabaseError(() => finishing(reports).execute(db));
      return result.rows;
    },

    /** @param reports at most one per execution */
    async recordStarted(reports: readonly RunStarted[]): Promise<void> {
      if (reports.length === 0) return;
      await orDatabaseError(() => starting(reports).execute(db));
    },
  };
}

export type ResultStore = ReturnType<typeof createResultStore>;

function finishing(reports: readonly RunFinished[]) {
  const column = <T>(of: (report: RunFinished) => T): T[] => reports.map(of);
  const outputs = column((r) => JSON.stringify(r.outputs));
  return sql<Recorded>`
    update executions e set
      status = r.status, attempt = greatest(e.attempt, ${SHOWN_ATTEMPT}), worker_id = r.worker_id,
      container_id = r.container_id, exit_reason = r.exit_reason, exit_code = r.exit_code, exit_signal = r.exit_signal,
      outputs = r.outputs, output_bytes = r.output_bytes,
      truncated_stdout = r.truncated_stdout, truncated_stderr = r.truncated_stderr,
      truncated_outputs = r.truncated_outputs,
      queue_ms = r.queue_ms, start_ms = r.start_ms, wall_ms = r.wall_ms, cpu_ms = r.cpu_ms,
      memory_peak_bytes = r.memory_peak_bytes, started_at = r.started_at, finished_at = r.finished_at
    from unnest(
      ${column((r) => r.execution_id)}::text[], ${column((r) => r.generation)}::int[], ${column((r) => r.attempt)}::int[],
      ${column((r) => statusOf(r.exit.reason))}::text[], ${column((r) => r.worker_id)}::text[],
      ${column((r) => r.container_id ?? null)}::text[], ${column((r) => r.exit.reason)}::text[], ${column((r) => r.exit.code)}::float8[],
      ${column((r) => r.exit.signal)}::text[], ${outputs}::json[], ${outputs.map((json) => Buffer.byteLength(json))}::float8[],
      ${column((r) => r.truncated.stdout)}::boolean[], ${column((r) => r.truncated.stderr)}::boolean[],
      ${column((r) => r.truncated.outputs)}::boolean[],
      ${column((r) => r.usage.queue_ms)}::float8[], ${column((r) => r.usage.start_ms)}::float8[],
      ${column((r) => r.usage.wall_ms)}::float8[], ${column((r) => r.usage.cpu_ms)}::float8[],
      ${column((r) => r.usage.memory_peak_bytes)}::float8[],
      ${column((r) => new Date(r.started_at_ms))}::timestamptz[], ${column((r) => new Date(r.finished_at_ms))}::timestamptz[]
    ) as r(id, generation, attempt, status, worker_id, container_id, exit_reason, exit_code, exit_signal, outputs,
      output_bytes, truncated_stdout, truncated_stderr, truncated_outputs, queue_ms, start_ms, wall_ms, cpu_ms, memory_peak_bytes,
      started_at, finished_at)
    where e.id = r.id and e.status = any(${[...OPEN_STATUSES]})
      and (r.exit_reason not in ('sandbox_lost', 'cancelled') or (r.generation >= e.generation and ${SHOWN_ATTEMPT} >= e.attempt))
    returning e.id, e.attempt, e.generation > r.generation as superseded`;
}

function starting(reports: readonly RunStarted[]) {
  const column = <T>(of: (report: RunStarted) => T): T[] => reports.map(of);
  return sql`
    update executions e set
      status = 'running', attempt = ${SHOWN_ATTEMPT}, worker_id = r.worker_id,
      container_id = r.container_id, started_at = r.started_at
    from unnest(
      ${column((r) => r.execution_id)}::text[], ${column((r) => r.generation)}::int[], ${column((r) => r.attempt)}::int[],
      ${column((r) => r.worker_id)}::text[], ${column((r) => r.container_id ?? null)}::text[],
      ${column((r) => new Date(r.started_at_ms))}::timestamptz[]
    ) as r(id, generation, attempt, worker_id, container_id, started_at)
    where e.id = r.id and e.status = any(${[...OPEN_STATUSES]})
      and r.generation = e.generation and ${SHOWN_ATTEMPT} > e.attempt`;
}
