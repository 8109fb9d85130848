/** Who did what, from where, to what. */
import type { AuditEntry } from '../../../../shared/contracts/audit.ts';
import { CursorPager } from '../../parts/cursor-pager.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Page } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { useCursorList } from '../../parts/use-cursor-list.ts';
import { useUrlState } from '../../parts/use-url-state.ts';
import { AUDIT_COLUMNS } from './audit-columns.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { AUDIT_FILTERS, isAction, isFiltered } from './filters.ts';
import './audit-page.css';

export function AuditPage() {
  const [filters, setFilters] = useUrlState(AUDIT_FILTERS);
  // The address may hold anything.
  const query = isAction(filters.action) ? filters : { ...filters, action: '' };
  const list = useCursorList<AuditEntry>('/audit', { query });
  return (
    <Page title="Audit log" description="Who did what, newest first. Entries are never changed or removed.">
      <DataTable
        name="Audit log"
        columns={AUDIT_COLUMNS}
        rows={list.rows}
        rowKey={({ id }) => id}
        error={list.error}
        onRetry={list.refetch}
        toolbar={<AuditFilters filters={filters} onChange={setFilters} />}
        empty={
          isFiltered(filters) ? (
            <EmptyState title="No entry fits">Take a filter away to see more.</EmptyState>
          ) : (
            <EmptyState title="Nothing was done yet" />
          )
        }
        footer={<CursorPager pages={list.pages} count={list.rows?.length} isFetching={list.isFetching} />}
      />
    </Page>
  );
}
