/** A page of executions that stands still: its rows change in place, and newer ones are counted until they are asked for. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import type { OperatorExecutionSummary } from '../../../../shared/contracts/operator-execution.ts';
import { useClient } from '../../api/client-context.ts';
import type { Client, Query } from '../../api/client.ts';
import { useCursorPages, type CursorPage } from '../../parts/use-cursor-list.ts';

type Page = CursorPage<OperatorExecutionSummary>;

const PATH = '/admin/api/executions';
const POLL_MS = 2_500;
const PAGE_ROWS = 50;
/** Rows under way that newer ones have pushed off the first page are asked for one by one. */
const ASKED_ALONE_MAX = 15;

export function useLiveExecutions(filters: Query) {
  const client = useClient();
  const queryClient = useQueryClient();
  const [search] = useSearchParams();
  const after = search.get('after');
  const key = ['executions', filters, after] as const;

  const page = useQuery<Page>({
    queryKey: key,
    queryFn: ({ signal }) => client.get<Page>(PATH, { ...filters, after, limit: PAGE_ROWS }, signal),
    // It changes by the poll alone: rows must not move under the pointer.
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

  const poll = useQuery<Page | null>({
    queryKey: [...key, 'newest'],
    enabled: page.data !== undefined,
    refetchInterval: POLL_MS,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const shown = queryClient.getQueryData<Page>(key)?.data ?? [];
      const newest = after === null ? await client.get<Page>(PATH, { ...filters, limit: PAGE_ROWS }, signal) : null;
      const changed = [...(newest?.data ?? []), ...(await askAlone(client, leftOut(shown, newest), signal))];
      queryClient.setQueryData<Page>(key, (now) => now && { ...now, data: withChanges(now.data, changed) });
      return newest;
    },
  });

  return {
    rows: page.data?.data,
    error: page.error,
    isFetching: page.isFetching,
    retry: () => void page.refetch(),
    pages: useCursorPages(page.data),
    newCount: newRows(page.data, poll.data),
    /** Puts the newer ones on the page. */
    showNew: () => {
      if (poll.data !== undefined && poll.data !== null) queryClient.setQueryData<Page>(key, poll.data);
    },
  };
}

/** Whether something will still happen to it. */
export function isOpen({ status }: Pick<OperatorExecutionSummary, 'status'>): boolean {
  return status === 'queued' || status === 'running';
}

function leftOut(shown: readonly OperatorExecutionSummary[], newest: Page | null): readonly string[] {
  const known = new Set(newest?.data.map(({ id }) => id));
  return shown.filter((row) => isOpen(row) && !known.has(row.id)).map(({ id }) => id);
}

async function askAlone(client: Pick<Client, 'get'>, ids: readonly string[], signal: AbortSignal) {
  const asked = ids.slice(0, ASKED_ALONE_MAX).map((id) => client.get<Page>(PATH, { id, limit: 1 }, signal));
  return (await Promise.all(asked)).flatMap(({ data }) => data);
}

function withChanges(
  rows: readonly OperatorExecutionSummary[],
  changed: readonly OperatorExecutionSummary[],
): readonly OperatorExecutionSummary[] {
  const byId = new Map(changed.map((row) => [row.id, row]));
  return rows.map((row) => byId.get(row.id) ?? row);
}

/** How many of the newest stand before the first that is shown; all of them where it is not among them. */
function newRows(page: Page | undefined, newest: Page | null | undefined): number {
  if (page === undefined || newest === undefined || newest === null) return 0;
  const shown = new Set(page.data.map(({ id }) => id));
  const at = newest.data.findIndex(({ id }) => shown.has(id));
  return at < 0 ? newest.data.length : at;
}
