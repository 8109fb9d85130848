/** What the list of executions can be narrowed by; the names are those of the address and of the api. */

export const FILTERS = {
  organization_id: '',
  status: '',
  exit_reason: '',
  worker_id: '',
  created_after: '',
  created_before: '',
  wall_ms_min: '',
  wall_ms_max: '',
  text: '',
  id: '',
  response_id: '',
};

export type Filters = { readonly [Name in keyof typeof FILTERS]: string };
export type ChangeFilters = (change: Partial<Record<keyof typeof FILTERS, string>>) => void;

const LABELS: Readonly<Record<keyof Filters, string>> = {
  organization_id: 'Organization',
  status: 'Status',
  exit_reason: 'Reason',
  worker_id: 'Worker',
  created_after: 'After',
  created_before: 'Before',
  wall_ms_min: 'At least',
  wall_ms_max: 'At most',
  text: 'Code has',
  id: 'Id',
  response_id: 'Response',
};

/** Without a place of their own above the table: shown as words that can be taken away. */
export const FOLDED = [
  'worker_id',
  'created_after',
  'created_before',
  'wall_ms_min',
  'wall_ms_max',
  'response_id',
] as const satisfies readonly (keyof Filters)[];

export function isFiltered(filters: Filters): boolean {
  return Object.values(filters).some((value) => value !== '');
}

export function labelOf(name: keyof Filters, value: string): string {
  if (name === 'wall_ms_min' || name === 'wall_ms_max') return `${LABELS[name]} ${value} ms`;
  if (name === 'created_after' || name === 'created_before')
    return `${LABELS[name]} ${new Date(value).toLocaleString()}`;
  return `${LABELS[name]}: ${value}`;
}

/** What was typed into the one field for search: an id, or text in the code. */
export function searchChange(typed: string): { readonly id: string; readonly text: string } {
  const text = typed.trim();
  return /^exec_[0-9a-z]{20}$/.test(text) ? { id: text, text: '' } : { id: '', text };
}

/** A moment as `<input type="datetime-local">` has it, in the viewer's zone; and back. */
export function toLocalInput(iso: string): string {
  const at = new Date(iso);
  if (iso === '' || Number.isNaN(at.getTime())) return '';
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function fromLocalInput(local: string): string {
  const at = new Date(local);
  return local === '' || Number.isNaN(at.getTime()) ? '' : at.toISOString();
}
