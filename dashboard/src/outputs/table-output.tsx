/** A table to sort, with its whole shape told where only its beginning is shown. */
import { Button, Text, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconArrowsSort } from '@tabler/icons-react';
import {
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
  type SortingState,
} from '@tanstack/react-table';
import { useMemo, useState } from 'react';
import { formatCount } from '../parts/format.ts';
import { cellText, compareCells, parseTableResource, type TableResource } from './table-resource.ts';
import '../parts/data-table.css';
import './table-output.css';

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
type Features = typeof features;
type Row = readonly unknown[];
const SHOWN_ROWS = 50;

export function TableOutput({ json }: { readonly json: string }) {
  const resource = useMemo(() => parseTableResource(json), [json]);
  const columns = useMemo(() => columnsOf(resource), [resource]);
  const data = useMemo(() => [...resource.rows], [resource]);
  const [sorting, setSorting] = useState<SortingState>([]);
  const [isWhole, setIsWhole] = useState(false);
  const table = useTable<Features, Row>({ features, columns, data, state: { sorting }, onSortingChange: setSorting });
  const all = table.getRowModel().rows;
  const rows = isWhole ? all : all.slice(0, SHOWN_ROWS);
  return (
    <div className="table table-output">
      <div className="table-scroll" role="region" aria-label="Table" tabIndex={0}>
        <table>
          <thead>
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id}>
                {group.headers.map(({ id, column }) => (
                  <th
                    key={id}
                    scope="col"
                    data-align={alignOf(resource, id)}
                    aria-sort={ariaSort(column.getIsSorted())}
                  >
                    <UnstyledButton className="table-sort" onClick={column.getToggleSortingHandler()}>
                      {nameOf(resource, id)} <SortIcon sorted={column.getIsSorted()} />
                    </UnstyledButton>
                  </th>
                ))}
              </tr>
            ))}
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                {row.original.map((value, at) => (
                  <td key={at} data-align={typeof value === 'number' ? 'right' : undefined}>
                    {cellText(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="table-footer">
        <Text size="xs" c="dimmed">
          {shapeText(resource, rows.length)}
        </Text>
        {all.length > rows.length && (
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => {
              setIsWhole(true);
            }}
          >
            Show all {formatCount(all.length)} that are here
          </Button>
        )}
      </div>
    </div>
  );
}

function columnsOf({ fields }: TableResource): ColumnDef<Features, Row>[] {
  return fields.map((_field, at) => ({
    // By place: names may repeat and may hold dots.
    id: String(at),
    accessorFn: (row: Row) => row[at],
    sortFn: (first, second) => compareCells(first.original[at], second.original[at]),
  }));
}

function alignOf({ fields }: TableResource, id: string): 'right' | undefined {
  return ['integer', 'number'].includes(fields[Number(id)]?.type ?? '') ? 'right' : undefined;
}

function nameOf({ fields }: TableResource, id: string): string {
  return fields[Number(id)]?.name ?? id;
}

function shapeText({ shape, rows, fields }: TableResource, shown: number): string {
  const whole = shape ?? { rows: rows.length, columns: fields.length };
  const size = `${formatCount(whole.rows)} rows × ${formatCount(whole.columns)} columns`;
  return shown < whole.rows ? `${size}; the first ${formatCount(shown)} are shown` : size;
}

function ariaSort(sorted: false | 'asc' | 'desc') {
  if (sorted === false) return 'none';
  return sorted === 'asc' ? 'ascending' : 'descending';
}

function SortIcon({ sorted }: { readonly sorted: false | 'asc' | 'desc' }) {
  if (sorted === false) return <IconArrowsSort size={13} stroke={1.4} aria-hidden className="table-sort-hint" />;
  return sorted === 'asc' ? <IconArrowUp size={13} aria-hidden /> : <IconArrowDown size={13} aria-hidden />;
}
