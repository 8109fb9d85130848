/** Tables as the runner writes them: a tabular data resource. Pure. */

export type TableResource = {
  readonly fields: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
  /** Of the whole table, of which `rows` may be the beginning; null where it is not told. */
  readonly shape: { readonly rows: number; readonly columns: number } | null;
};

/** @throws Error when it is none */
export function parseTableResource(json: string): TableResource {
  const resource: unknown = JSON.parse(json);
  const fields = listOf(member(member(resource, 'schema'), 'fields')).map((field) => ({
    name: String(member(field, 'name')),
    type: String(member(field, 'type')),
  }));
  if (fields.length === 0) throw new Error('A table without columns.');
  const rows = listOf(member(resource, 'data')).map((row) => fields.map(({ name }) => member(row, name)));
  return { fields, rows, shape: shapeOf(member(resource, 'shape')) };
}

/** A cell as text. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  return JSON.stringify(value);
}

/** Numbers by size, everything else by its text; what is missing comes last. */
export function compareCells(first: unknown, second: unknown): number {
  const [isFirstMissing, isSecondMissing] = [cellText(first) === '', cellText(second) === ''];
  if (isFirstMissing || isSecondMissing) return Number(isFirstMissing) - Number(isSecondMissing);
  if (typeof first === 'number' && typeof second === 'number') return first - second;
  return cellText(first).localeCompare(cellText(second), 'en', { numeric: true });
}

function shapeOf(shape: unknown): TableResource['shape'] {
  const [rows, columns] = listOf(shape);
  return typeof rows === 'number' && typeof columns === 'number' ? { rows, columns } : null;
}

/** Only of its own: a column may have any name, `constructor` too. */
function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
