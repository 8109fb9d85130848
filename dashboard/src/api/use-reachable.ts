/** Whether the service answers; asks until it does again, and then for what could not be had. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { useClient } from './client-context.ts';

const ASK_AGAIN_MS = 2_000;

export function useReachable(): boolean {
  const client = useClient();
  const queryClient = useQueryClient();
  const { subscribe, isReachable } = client.reachability;
  const isNow = useSyncExternalStore(subscribe, isReachable);

  useEffect(() => {
    if (isNow) return undefined;
    const timer = setInterval(() => {
      // What it answers does not matter, and a failure is noted by the client.
      client.get('/admin/api/session').catch(() => undefined);
    }, ASK_AGAIN_MS);
    return () => {
      clearInterval(timer);
      void queryClient.refetchQueries({ type: 'active', predicate: ({ state }) => state.status === 'error' });
    };
  }, [isNow, client, queryClient]);

  return isNow;
}
