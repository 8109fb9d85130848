/** The assistants of an organization. */
import { Link } from 'react-router';
import type { z } from 'zod';
import type { Assistant as AssistantSchema } from '../../../../shared/contracts/assistant.ts';
import type { Organization } from '../../../../shared/contracts/organization.ts';
import { CursorPager } from '../../parts/cursor-pager.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { formatCount } from '../../parts/format.ts';
import { IdLink } from '../../parts/id-link.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { words } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useCursorList } from '../../parts/use-cursor-list.ts';

type Assistant = z.infer<typeof AssistantSchema>;

const COLUMNS: readonly Column<Assistant>[] = [
  { id: 'name', header: 'Name', cell: ({ name }) => <span className="cell-text">{name}</span> },
  { id: 'model', header: 'Model', cell: ({ model }) => <span className="cell-text">{model ?? 'default'}</span> },
  { id: 'tools', header: 'Tools', cell: ({ tools }) => tools.map((tool) => words(tool.type)).join(', ') || '–' },
  { id: 'files', header: 'Files', align: 'right', cell: ({ file_ids: files }) => formatCount(files.length) },
  {
    id: 'instructions',
    header: 'Instructions',
    cell: ({ instructions }) => (
      <span className="cell-text" title={instructions}>
        {instructions}
      </span>
    ),
  },
  { id: 'updated', header: 'Updated', cell: ({ updated_at: at }) => <Time at={at} /> },
  { id: 'id', header: 'Id', cell: ({ id }) => <IdLink id={id} /> },
  {
    id: 'responses',
    header: 'Responses',
    cell: ({ id, organization_id: organization }) => (
      <Link className="link" to={`/responses?organization_id=${organization}&assistant_id=${id}`}>
        Show
      </Link>
    ),
  },
];

export function AssistantsTab({ organization: { id } }: { readonly organization: Organization }) {
  const list = useCursorList<Assistant>(`/organizations/${encodeURIComponent(id)}/assistants`, { query: {} });
  return (
    <DataTable
      name="Assistants"
      columns={COLUMNS}
      rows={list.rows}
      rowKey={(assistant) => assistant.id}
      error={list.error}
      onRetry={list.refetch}
      footer={<CursorPager pages={list.pages} count={list.rows?.length} isFetching={list.isFetching} />}
      empty={<EmptyState title="No assistants">The organization makes them with a key of its own.</EmptyState>}
    />
  );
}
