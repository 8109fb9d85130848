/** Lists that are read page by page, each beginning after the last id of the one before. */
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import { useAsk } from '../api/client-context.ts';
import type { Query } from '../api/client.ts';

export type CursorPage<Row> = {
  readonly data: readonly Row[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
};

export type CursorPages = {
  readonly isFirst: boolean;
  readonly onFirst: () => void;
  /** Null where the page before is not known: the address was opened as it is. */
  readonly onPrevious: (() => void) | null;
  readonly onNext: (() => void) | null;
};

type Options = { readonly query: Query; readonly limit?: number; readonly refetchMs?: number };

const PAGE_ROWS = 50;

/** The page that the address names by `after`; filters come in by `query`. */
export function useCursorList<Row>(path: string, { query, limit = PAGE_ROWS, refetchMs }: Options) {
  const [search] = useSearchParams();
  const after = search.get('after') ?? undefined;
  const asked = useAsk<CursorPage<Row>>(path, {
    query: { ...query, limit, after },
    ...(refetchMs !== undefined && { refetchMs }),
  });
  const pages = useCursorPages(asked.data);
  return {
    rows: asked.data?.data,
    error: asked.error,
    isFetching: asked.isFetching,
    refetch: () => void asked.refetch(),
    pages,
  };
}

/** Forth and back from a page. The cursors of the pages before are kept in the entry of the browser's history. */
export function useCursorPages<Row>(page: CursorPage<Row> | undefined): CursorPages {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const after = search.get('after');
  const before = cursorsOf(useLocation().state);
  const go = (cursor: string, cursors: readonly string[]) => {
    const next = new URLSearchParams(search);
    if (cursor === '') next.delete('after');
    else next.set('after', cursor);
    void navigate({ search: next.toString() }, { state: { cursors } });
  };
  const lastId = page?.has_more === true ? page.last_id : null;
  const previous = before.at(-1);
  return {
    isFirst: after === null,
    onFirst: () => {
      go('', []);
    },
    onPrevious:
      previous === undefined
        ? null
        : () => {
            go(previous, before.slice(0, -1));
          },
    onNext:
      lastId === null
        ? null
        : () => {
            go(lastId, [...before, after ?? '']);
          },
  };
}

function cursorsOf(state: unknown): readonly string[] {
  if (typeof state !== 'object' || state === null || !('cursors' in state) || !Array.isArray(state.cursors)) return [];
  return state.cursors.filter((cursor) => typeof cursor === 'string');
}
