/** Moments in the zone of whoever looks; the exact time in UTC on hover and focus. */
import { Tooltip } from '@mantine/core';
import { useNow } from './use-now.ts';
import { formatAge } from './format.ts';

const SECONDS_SHOWN_MS = 24 * 3_600_000;

type Props = {
  /** ISO 8601; null shows a dash. */
  readonly at: string | null | undefined;
  /** As an age: `3 min ago`. */
  readonly relative?: boolean;
};

export function Time({ at, relative = false }: Props) {
  if (at === null || at === undefined) return <span aria-label="none">–</span>;
  return (
    <Tooltip label={`${at.replace('T', ' ').replace('Z', '')} UTC`}>
      <time dateTime={at} className="nowrap numbers">
        {relative ? <Age at={at} /> : localTime(new Date(at))}
      </time>
    </Tooltip>
  );
}

function Age({ at }: { readonly at: string }) {
  const nowMs = useNow();
  return formatAge(nowMs - Date.parse(at));
}

/** With seconds and without the date where it is of today. */
function localTime(at: Date): string {
  const now = new Date();
  const time = at.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  if (now.getTime() - at.getTime() < SECONDS_SHOWN_MS && now.getDate() === at.getDate()) return time;
  const year = now.getFullYear() === at.getFullYear() ? {} : { year: 'numeric' as const };
  return `${at.toLocaleDateString(undefined, { day: 'numeric', month: 'short', ...year })}, ${time}`;
}
