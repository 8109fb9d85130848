/** How answers are kept and asked for again. */
import { QueryCache, QueryClient, MutationCache } from '@tanstack/react-query';
import { ApiError } from './client.ts';

const RETRIES_MAX = 2;
const FRESH_MS = 5_000;

export const SESSION_KEY = ['session'] as const;

export function createQueryClient(): QueryClient {
  // Whoever is told that they are nobody asks who they are: the gate then shows the log-in.
  const onError = (error: Error) => {
    if (isUnauthorized(error)) void client.invalidateQueries({ queryKey: SESSION_KEY });
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (failures, error) => failures < RETRIES_MAX && isWorthRetrying(error),
        // What is shown while offline is old, and the banner says so.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
  return client;
}

export function isUnauthorized(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

/** An answer that will not be another one the next time is not asked for again. */
function isWorthRetrying(error: Error): boolean {
  return !(error instanceof ApiError) || error.status >= 500;
}
