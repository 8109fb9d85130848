/** Executions of all organizations, newest first. */
import { Button } from '@mantine/core';
import { IconArrowUp, IconDownload } from '@tabler/icons-react';
import { urlOf } from '../../api/client.ts';
import { CursorPager } from '../../parts/cursor-pager.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Page } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { EXECUTION_COLUMNS } from './execution-columns.tsx';
import { ExecutionFilters } from './execution-filters.tsx';
import { FILTERS, isFiltered, type Filters } from './filters.ts';
import { useLiveExecutions } from './use-live-executions.ts';
import './executions-page.css';

export function ExecutionsPage() {
  const [filters, setFilters] = useUrlState(FILTERS);
  const list = useLiveExecutions(filters);
  return (
    <Page
      title="Executions"
      description="Each run of code, newest first."
      actions={
        <>
          <NewRows count={list.newCount} onShow={list.showNew} />
          <CsvLink filters={filters} />
        </>
      }
    >
      <DataTable
        name="Executions"
        columns={EXECUTION_COLUMNS}
        rows={list.rows}
        rowKey={({ id }) => id}
        error={list.error}
        onRetry={list.retry}
        toolbar={<ExecutionFilters filters={filters} onChange={setFilters} />}
        empty={<NoExecutions filters={filters} />}
        footer={<CursorPager pages={list.pages} count={list.rows?.length} isFetching={list.isFetching} />}
      />
    </Page>
  );
}

/** Newer ones wait until they are asked for: rows must not move under the pointer. */
function NewRows({ count, onShow }: { readonly count: number; readonly onShow: () => void }) {
  return (
    <div aria-live="polite">
      {count > 0 && (
        <Button variant="light" leftSection={<IconArrowUp size={16} />} onClick={onShow}>
          {count} new
        </Button>
      )}
    </div>
  );
}

function NoExecutions({ filters }: { readonly filters: Filters }) {
  if (isFiltered(filters)) return <EmptyState title="No execution fits">Take a filter away to see more.</EmptyState>;
  return <EmptyState title="Nothing has run yet">Executions stand here as soon as somebody sends code.</EmptyState>;
}

function CsvLink({ filters }: { readonly filters: Filters }) {
  return (
    <Button
      component="a"
      href={urlOf('/admin/api/executions.csv', filters)}
      download
      variant="default"
      leftSection={<IconDownload size={16} stroke={1.6} />}
    >
      CSV
    </Button>
  );
}
