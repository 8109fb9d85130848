/** One execution, whole. Each reading stands in the audit, so it is read when something happened, not now and then. */
import { useQuery } from '@tanstack/react-query';
import type { OperatorExecution } from '../../../../shared/contracts/operator-execution.ts';
import { apiPath, askKey, useClient } from '../../api/client-context.ts';

export function executionPath(id: string, rest = ''): string {
  return `/executions/${encodeURIComponent(id)}${rest}`;
}

export function useExecution(id: string) {
  const client = useClient();
  return useQuery<OperatorExecution>({
    queryKey: askKey(executionPath(id)),
    queryFn: ({ signal }) => client.get<OperatorExecution>(apiPath(executionPath(id)), {}, signal),
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}
