/** A request, and what it gets in an organization without bounds of its own. */
import type { Admitted } from '../../api/services/execution-quotas.ts';
import { executionSize } from '../../api/services/quotas.ts';
import { CreateExecution } from '../../shared/contracts/execution.ts';
import { MEMORY_MIB_MAX, TIMEOUT_MS_MAX } from '../../shared/contracts/limits.ts';

export function admitted(body: unknown): { readonly input: CreateExecution; readonly admitted: Admitted } {
  const input = CreateExecution.parse(body);
  const size = executionSize(input, { timeout_ms_max: TIMEOUT_MS_MAX, memory_mb_max: MEMORY_MIB_MAX });
  return { input, admitted: { ...size, isolation: null } };
}
