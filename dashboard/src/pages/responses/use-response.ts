/** One response, whole. Each reading stands in the audit: one that is being made is read again only when it has moved. */
import { useQuery } from '@tanstack/react-query';
import type { OperatorResponse, OperatorResponseSummary } from '../../../../shared/contracts/operator-response.ts';
import { apiPath, askKey, useAsk, useClient } from '../../api/client-context.ts';
import type { CursorPage } from '../../parts/use-cursor-list.ts';
import { isOpen } from './response-steps.ts';

const LOOK_MS = 2_000;
const LOOKED_AT_MAX = 100;

export function useResponse(id: string) {
  const client = useClient();
  const path = responsePath(id);
  const response = useQuery<OperatorResponse>({
    queryKey: askKey(path),
    queryFn: ({ signal }) => client.get<OperatorResponse>(apiPath(path), {}, signal),
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  useMoves(response.data, () => void response.refetch());
  return response;
}

/** Looks for it among those of its organization in the same state, which nobody has to account for. */
function useMoves(response: OperatorResponse | undefined, onMove: () => void): void {
  const enabled = response !== undefined && isOpen(response);
  const client = useClient();
  useQuery<null>({
    queryKey: ['response-moves', response?.id, response?.status, response?.steps],
    enabled,
    refetchInterval: LOOK_MS,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const query = { organization_id: response?.organization_id, status: response?.status, limit: LOOKED_AT_MAX };
      const list = await client.get<CursorPage<OperatorResponseSummary>>(apiPath('/responses'), query, signal);
      const found = list.data.find(({ id }) => id === response?.id);
      const hasMoved = found === undefined ? !list.has_more : found.steps !== response?.steps;
      if (hasMoved) onMove();
      return null;
    },
  });
}

/** An earlier turn of a conversation, which does not change any more; asked for when it is opened. */
export function useEarlierResponse(id: string, enabled: boolean) {
  return useAsk<OperatorResponse>(responsePath(id), { enabled });
}

/** In the api, below its prefix. */
export function responsePath(id: string, rest = ''): string {
  return `/responses/${encodeURIComponent(id)}${rest}`;
}
