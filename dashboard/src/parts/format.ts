/** Numbers as people read them. Pure. */
const KIB = 1024;
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return '–';
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log(bytes) / Math.log(KIB)));
  const value = bytes / KIB ** power;
  return `${value.toLocaleString('en', { maximumFractionDigits: power === 0 || value >= 100 ? 0 : 1 })} ${UNITS[power] ?? 'B'}`;
}

/** `340 µs`, `12 ms`, `1.2 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(durationMs: number | null | undefined): string {
  if (durationMs === null || durationMs === undefined) return '–';
  return durationMs < SECOND_MS ? formatShort(Math.max(0, durationMs)) : formatLong(durationMs);
}

function formatShort(durationMs: number): string {
  if (durationMs > 0 && durationMs < 1) return `${(durationMs * 1_000).toFixed(0)} µs`;
  return `${durationMs.toFixed(durationMs > 0 && durationMs < 10 ? 1 : 0)} ms`;
}

function formatLong(durationMs: number): string {
  if (durationMs < MINUTE_MS) return `${(durationMs / SECOND_MS).toFixed(durationMs < 10 * SECOND_MS ? 2 : 1)} s`;
  if (durationMs < HOUR_MS) return inTwo(durationMs, [MINUTE_MS, 'min'], [SECOND_MS, 's']);
  if (durationMs < DAY_MS) return inTwo(durationMs, [HOUR_MS, 'h'], [MINUTE_MS, 'min']);
  return inTwo(durationMs, [DAY_MS, 'd'], [HOUR_MS, 'h']);
}

/** `now`, `12 s ago`, `3 min ago`, `2 h ago`, `5 d ago`. */
export function formatAge(ageMs: number): string {
  if (ageMs < 2 * SECOND_MS) return 'now';
  if (ageMs < MINUTE_MS) return `${Math.floor(ageMs / SECOND_MS).toFixed(0)} s ago`;
  if (ageMs < HOUR_MS) return `${Math.floor(ageMs / MINUTE_MS).toFixed(0)} min ago`;
  if (ageMs < 2 * DAY_MS) return `${Math.floor(ageMs / HOUR_MS).toFixed(0)} h ago`;
  return `${Math.floor(ageMs / DAY_MS).toFixed(0)} d ago`;
}

export function formatCount(count: number | null | undefined): string {
  return count === null || count === undefined ? '–' : count.toLocaleString('en');
}

/** A part of 1 as `12 %`; `0.4 %` where a whole number would say nothing. */
export function formatShare(share: number | null | undefined): string {
  if (share === null || share === undefined) return '–';
  const percent = share * 100;
  return `${percent.toFixed(percent > 0 && percent < 10 ? 1 : 0)} %`;
}

function inTwo(durationMs: number, [largeMs, large]: [number, string], [smallMs, small]: [number, string]): string {
  const whole = Math.floor(durationMs / largeMs);
  const rest = Math.floor((durationMs - whole * largeMs) / smallMs);
  return rest === 0 ? `${String(whole)} ${large}` : `${String(whole)} ${large} ${String(rest)} ${small}`;
}
