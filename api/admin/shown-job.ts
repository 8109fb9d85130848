/** What the board of the queues shows of a job: ids, numbers and settings; of what a tenant wrote, its size. Pure. */

/** Texts of the service's own choice. */
const PLAIN = new Set(['id', 'isolation', 'figure_format', 'language']);

export function shownJob(data: unknown): Readonly<Record<string, unknown>> {
  if (data === null || typeof data !== 'object') return {};
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, shown(name, value)]));
}

function shown(name: string, value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'string') return Array.isArray(value) ? `(${String(value.length)})` : '(…)';
  return PLAIN.has(name) || name.endsWith('_id') ? value : `(${String(Buffer.byteLength(value))} bytes)`;
}
