/** Responses of all organizations, newest first. */
import type { OperatorResponseSummary } from '../../../../shared/contracts/operator-response.ts';
import { CursorPager } from '../../parts/cursor-pager.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Page } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { useCursorList } from '../../parts/use-cursor-list.ts';
import { useUrlState } from '../../parts/use-url-state.ts';
import { isFiltered, RESPONSE_FILTERS } from './filters.ts';
import { RESPONSE_COLUMNS } from './response-columns.tsx';
import { ResponseFilters } from './response-filters.tsx';
import './responses-page.css';

const LIVE_MS = 3_000;

export function ResponsesPage() {
  const [filters, setFilters] = useUrlState(RESPONSE_FILTERS);
  const list = useCursorList<OperatorResponseSummary>('/responses', { query: filters, refetchMs: LIVE_MS });
  return (
    <Page title="Responses" description="What models answered, and the code that they ran for it. Newest first.">
      <DataTable
        name="Responses"
        columns={RESPONSE_COLUMNS}
        rows={list.rows}
        rowKey={({ id }) => id}
        error={list.error}
        onRetry={list.refetch}
        toolbar={<ResponseFilters filters={filters} onChange={setFilters} />}
        empty={
          isFiltered(filters) ? (
            <EmptyState title="No response fits">Take a filter away to see more.</EmptyState>
          ) : (
            <EmptyState title="No responses yet">They stand here as soon as somebody asks a model.</EmptyState>
          )
        }
        footer={<CursorPager pages={list.pages} count={list.rows?.length} />}
      />
    </Page>
  );
}
