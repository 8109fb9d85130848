/** Executions of all organizations as CSV, batch by batch: the database holds nothing open between two of them. */
import { Readable } from 'node:stream';
import { AppError } from '../../shared/contracts/errors.ts';
import { CSV_HEAD, toCsvLine } from './execution-csv.ts';
import type { OperatorExecutions, OperatorListQuery } from './operator-executions.ts';
import { createSeats } from './seats.ts';

export type ExecutionExportDeps = { readonly executions: Pick<OperatorExecutions, 'list'> };

export type ExportQuery = Omit<OperatorListQuery, 'limit' | 'after'>;

export const EXPORT_ROWS_MAX = 1_000_000;
const BATCH_ROWS = 1_000;
const AT_ONCE_MAX = 4;
const RETRY_AFTER_SECONDS = 10;

export function createExecutionExport({ executions }: ExecutionExportDeps) {
  const seats = createSeats(AT_ONCE_MAX);

  async function* lines(query: ExportQuery, rowsMax: number): AsyncGenerator<string, void, void> {
    yield CSV_HEAD;
    let after: OperatorListQuery['after'];
    for (let rows = 0; rows < rowsMax;) {
      const limit = Math.min(BATCH_ROWS, rowsMax - rows);
      const { data, hasMore } = await executions.list({ ...query, limit, after });
      if (data.length === 0) return;
      yield data.map(toCsvLine).join('');
      if (!hasMore) return;
      rows += data.length;
      after = data.at(-1)?.id;
    }
  }

  return {
    /**
     * The newest first; a stream that fails, or whose last line is not whole, is not complete. Reading stops with the
     * reader: no further batch is asked for.
     * @throws AppError RATE_LIMITED while others are made
     */
    csv(query: ExportQuery, rowsMax = EXPORT_ROWS_MAX): Readable {
      const leave = seats.enter();
      if (leave === undefined) throw tooMany();
      return Readable.from(lines(query, rowsMax)).once('close', leave);
    },
  };
}

export type ExecutionExport = ReturnType<typeof createExecutionExport>;

function tooMany(): AppError {
  const message = 'Other exports are being made; try again when one has ended.';
  return new AppError('RATE_LIMITED', message, {
    details: { limit: AT_ONCE_MAX },
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}
