/** Reports of workers, with what a test does not care about filled in. */
import { ExecutionId, OrganizationId } from '../../shared/contracts/ids.ts';
import type { RunFinished } from '../../shared/contracts/result.ts';

export const aRunFinished = (change: Partial<RunFinished> = {}): RunFinished => ({
  version: 1,
  kind: 'finished',
  execution_id: ExecutionId.parse(`exec_${'a'.repeat(20)}`),
  organization_id: OrganizationId.parse(`org_${'o'.repeat(20)}`),
  generation: 1,
  attempt: 1,
  worker_id: 'w',
  started_at_ms: 0,
  finished_at_ms: 0,
  exit: { reason: 'ok', code: 0, signal: null },
  outputs: [],
  truncated: { stdout: false, stderr: false, outputs: false },
  usage: { queue_ms: 0, start_ms: 0, wall_ms: 0, cpu_ms: 0, memory_peak_bytes: 0 },
  ...change,
});
