/** The request that an execution came from, to be sent again. Pure. */
import type { CreateExecution } from '../../shared/contracts/execution.ts';
import type { ExecutionRow } from '../store/schema.ts';

export function inputOf(row: ExecutionRow): CreateExecution {
  return {
    language: row.language,
    code: row.code,
    stdin: row.stdin,
    timeout_ms: row.timeout_ms,
    memory_mb: row.memory_mb,
    isolation: row.isolation,
    figure_format: row.figure_format,
    files: row.files.map(({ file_id, name }) => ({ file_id, name })),
    ...(row.callback_url !== null && { callback_url: row.callback_url }),
    metadata: row.metadata,
    cancel_on_disconnect: false,
  };
}
