/** A table for lists of any kind: sticky head, columns to choose, sideways scrolling of its own on narrow screens. */
import { Skeleton } from '@mantine/core';
import { columnVisibilityFeature, tableFeatures, useTable, type ColumnDef } from '@tanstack/react-table';
import { useMemo, type ReactNode } from 'react';
import { ColumnMenu } from './column-menu.tsx';
import { useHiddenColumns } from './use-hidden-columns.ts';
import { ErrorState } from './states.tsx';
import './data-table.css';

export type Column<Row> = {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand at the right. */
  readonly align?: 'right';
  /** Not shown until somebody chooses it. */
  readonly hidden?: boolean;
};

export type DataTableProps<Row> = {
  /** Under this name the choice of columns is kept in the browser; also the table's name for screen readers. */
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  /** Undefined while the first answer is on its way. */
  readonly rows: readonly Row[] | undefined;
  readonly rowKey: (row: Row) => string;
  /** For a row that shall stand out: `data-tone` of it. */
  readonly rowTone?: (row: Row) => 'new' | 'muted' | undefined;
  readonly error?: Error | null;
  readonly onRetry?: () => void;
  /** Shown in place of rows where there are none. */
  readonly empty: ReactNode;
  /** At the left above the table. */
  readonly toolbar?: ReactNode;
  /** Below the table, as `<CursorPager>`. */
  readonly footer?: ReactNode;
};

const features = tableFeatures({ columnVisibilityFeature });
type Features = typeof features;
const NO_ROWS: never[] = [];
const SKELETON_ROWS = 8;

export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { name, columns, rows, rowKey, rowTone, error = null, onRetry, empty, toolbar, footer } = props;
  const [columnVisibility, setColumnVisibility] = useHiddenColumns(name, columns);
  const definitions = useMemo(() => columns.map((column) => definitionOf(column)), [columns]);
  const data = useMemo(() => (rows === undefined ? NO_ROWS : [...rows]), [rows]);
  const table = useTable<Features, Row>({
    features,
    columns: definitions,
    data,
    getRowId: rowKey,
    state: { columnVisibility },
  });
  const shown = columns.filter(({ id }) => columnVisibility[id] !== false);
  const alignOf = (id: string) => columns.find((column) => column.id === id)?.align;
  return (
    <div className="table">
      <div className="table-toolbar">
        <div className="table-tools">{toolbar}</div>
        <ColumnMenu columns={columns} visibility={columnVisibility} onChange={setColumnVisibility} />
      </div>
      {error !== null && <ErrorState error={error} onRetry={onRetry} />}
      {/* Focusable, so that a keyboard can scroll it. */}
      <div className="table-scroll" role="region" aria-label={name} tabIndex={0}>
        <table aria-busy={rows === undefined}>
          <thead>
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id}>
                {group.headers.map((header) => (
                  <th key={header.id} scope="col" data-align={alignOf(header.column.id)}>
                    <table.FlexRender header={header} />
                  </th>
                ))}
              </tr>
            ))}
          </thead>
          <tbody>
            {table.getRowModel().rows.map((row) => (
              <tr key={row.id} data-tone={rowTone?.(row.original)}>
                {row.getVisibleCells().map((cell) => (
                  <td key={cell.id} data-align={alignOf(cell.column.id)}>
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>
            ))}
            {rows === undefined && error === null && <SkeletonRows columns={shown.length} />}
          </tbody>
        </table>
        {rows?.length === 0 && empty}
      </div>
      {footer !== undefined && <div className="table-footer">{footer}</div>}
    </div>
  );
}

function definitionOf<Row extends object>(column: Column<Row>): ColumnDef<Features, Row> {
  return { id: column.id, header: column.header, cell: ({ row }) => column.cell(row.original) };
}

function SkeletonRows({ columns }: { readonly columns: number }) {
  return Array.from({ length: SKELETON_ROWS }, (_, row) => (
    <tr key={row} aria-hidden>
      {Array.from({ length: columns }, (_cell, column) => (
        <td key={column}>
          <Skeleton height={14} width={column % 2 === 0 ? '80%' : '55%'} />
        </td>
      ))}
    </tr>
  ));
}
