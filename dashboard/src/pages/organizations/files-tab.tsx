/** The files of an organization. */
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Organization } from '../../../../shared/contracts/organization.ts';
import type { StoredFile } from '../../../../shared/contracts/stored-file.ts';
import { askKey, useClient } from '../../api/client-context.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { CursorPager } from '../../parts/cursor-pager.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { formatBytes } from '../../parts/format.ts';
import { IdLink } from '../../parts/id-link.tsx';
import { RoleButton } from '../../parts/role-button.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { useCursorList } from '../../parts/use-cursor-list.ts';

const COLUMNS: readonly Column<StoredFile>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: ({ filename }) => (
      <span className="cell-text" title={filename}>
        {filename}
      </span>
    ),
  },
  { id: 'size', header: 'Size', align: 'right', cell: ({ bytes }) => formatBytes(bytes) },
  { id: 'type', header: 'Type', cell: ({ mime_type: type }) => <span className="cell-text mono">{type}</span> },
  { id: 'purpose', header: 'Purpose', cell: ({ purpose }) => <span className="cell-text">{purpose}</span> },
  {
    id: 'created',
    header: 'Created',
    cell: ({ created_at: seconds }) => <Time at={new Date(seconds * 1_000).toISOString()} />,
  },
  { id: 'id', header: 'Id', cell: ({ id }) => <IdLink id={id} /> },
];

export function FilesTab({ organization: { id } }: { readonly organization: Organization }) {
  const path = `/organizations/${encodeURIComponent(id)}/files`;
  const list = useCursorList<StoredFile>(path, { query: {} });
  const columns = useMemo<readonly Column<StoredFile>[]>(
    () => [...COLUMNS, { id: 'actions', header: 'Actions', cell: (file) => <DeleteFile file={file} path={path} /> }],
    [path],
  );
  return (
    <DataTable
      name="Files"
      columns={columns}
      rows={list.rows}
      rowKey={(file) => file.id}
      error={list.error}
      onRetry={list.refetch}
      footer={<CursorPager pages={list.pages} count={list.rows?.length} isFetching={list.isFetching} />}
      empty={
        <EmptyState title="No files">What is uploaded, and what executions leave behind, is listed here.</EmptyState>
      }
    />
  );
}

function DeleteFile({ file, path }: { readonly file: StoredFile; readonly path: string }) {
  const client = useClient();
  const queryClient = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  return (
    <>
      <RoleButton
        role="operator"
        size="compact-xs"
        variant="default"
        onClick={() => {
          setIsAsking(true);
        }}
      >
        Delete
      </RoleButton>
      <ConfirmDialog
        opened={isAsking}
        onClose={() => {
          setIsAsking(false);
        }}
        title="Delete the file"
        confirmLabel="Delete"
        danger
        onConfirm={async () => {
          await client.send('DELETE', `/admin/api${path}/${encodeURIComponent(file.id)}`);
          await queryClient.invalidateQueries({ queryKey: askKey(path) });
        }}
      >
        “{file.filename}” ({formatBytes(file.bytes)}) is gone for good.
      </ConfirmDialog>
    </>
  );
}
