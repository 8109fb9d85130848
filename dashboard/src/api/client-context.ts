/** The one client of the pages, and the ways in which they ask. */
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import type { Client, Query } from './client.ts';

export const ClientContext = createContext<Client | null>(null);

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('No client around this component.');
  return client;
}

export type AskOptions = {
  readonly query?: Query;
  /** Asks again so often, while the page is seen. */
  readonly refetchMs?: number;
  readonly enabled?: boolean;
};

/** Asks `/admin/api` + `path`; keyed by path and query. What was shown stays until the next answer is here. */
export function useAsk<T>(path: string, { query = {}, refetchMs, enabled = true }: AskOptions = {}): UseQueryResult<T> {
  const client = useClient();
  return useQuery<T>({
    queryKey: askKey(path, query),
    queryFn: ({ signal }) => client.get<T>(apiPath(path), query, signal),
    placeholderData: keepPreviousData,
    enabled,
    ...(refetchMs !== undefined && { refetchInterval: refetchMs }),
  });
}

/** The key under which an answer is kept: `invalidateQueries({ queryKey: askKey('/workers') })`. */
export function askKey(path: string, query?: Query): readonly unknown[] {
  return query === undefined ? ['ask', path] : ['ask', path, query];
}

export function apiPath(path: string): string {
  return `/admin/api${path}`;
}
