/** How much an organization stores, summed up from its files: the same content counts once. */
import { useQuery } from '@tanstack/react-query';
import type { StoredFile } from '../../../../shared/contracts/stored-file.ts';
import { askKey, useClient } from '../../api/client-context.ts';
import type { CursorPage } from '../../parts/use-cursor-list.ts';

const PAGE_ROWS = 100;
/** With more files than on these pages the sum is told as incomplete. */
const PAGES_MAX = 10;
const FRESH_MS = 30_000;

export function useStoredBytes(organizationId: string) {
  const client = useClient();
  const path = `/organizations/${encodeURIComponent(organizationId)}/files`;
  return useQuery({
    queryKey: [...askKey(path), 'bytes'],
    staleTime: FRESH_MS,
    queryFn: async ({ signal }) => {
      const sizes = new Map<string, number>();
      let after: string | null = null;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const query = { limit: PAGE_ROWS, after };
        const list: CursorPage<StoredFile> = await client.get(`/admin/api${path}`, query, signal);
        for (const { sha256, bytes } of list.data) sizes.set(sha256, bytes);
        after = list.has_more ? list.last_id : null;
        if (after === null) break;
      }
      return { bytes: [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0), isWhole: after === null };
    },
  });
}
