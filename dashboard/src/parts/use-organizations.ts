/** Organizations, for their names: asked for once and kept for a minute. */
import { useQuery } from '@tanstack/react-query';
import type { Organization } from '../../../shared/contracts/organization.ts';
import { useClient } from '../api/client-context.ts';
import type { CursorPage } from './use-cursor-list.ts';

const FRESH_MS = 60_000;
const PAGE_ROWS = 100;
/** Of more than these the select names none; an id can always be pasted. */
const PAGES_MAX = 10;

export function useOrganizations() {
  const client = useClient();
  return useQuery<readonly Organization[]>({
    queryKey: ['ask', '/organizations', 'all'],
    staleTime: FRESH_MS,
    queryFn: async ({ signal }) => {
      const all: Organization[] = [];
      let after: string | null = null;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const query = { limit: PAGE_ROWS, after };
        const list: CursorPage<Organization> = await client.get('/admin/api/organizations', query, signal);
        all.push(...list.data);
        if (!list.has_more) break;
        after = list.last_id;
      }
      return all;
    },
  });
}
