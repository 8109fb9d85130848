/** The choice of a table's columns, kept in the browser. */
import { useLocalStorage } from '@mantine/hooks';

/** By column: false where it is hidden. */
export type Visibility = Record<string, boolean>;

type ColumnChoice = { readonly id: string; readonly hidden?: boolean };

/** Names that are kept and exist no more are harmless: nobody asks for them. */
export function useHiddenColumns(
  table: string,
  columns: readonly ColumnChoice[],
): readonly [Visibility, (visibility: Visibility) => void] {
  const [kept, keep] = useLocalStorage<Visibility>({ key: `columns:${table}`, defaultValue: {} });
  const defaults = Object.fromEntries(columns.map(({ id, hidden = false }) => [id, !hidden]));
  return [{ ...defaults, ...kept }, keep];
}
