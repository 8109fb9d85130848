/** The overview's two parts: the past by asking now and then, the present as it is told. */
import { useState } from 'react';
import type { Overview, OverviewRange, OverviewTick } from '../../../../shared/contracts/operator-overview.ts';
import { useAsk } from '../../api/client-context.ts';
import { useEvents } from '../../api/use-events.ts';

export const RANGES = [
  { value: 'hour', label: 'Hour' },
  { value: 'day', label: 'Day' },
  { value: 'week', label: 'Week' },
] as const satisfies readonly { value: OverviewRange; label: string }[];

/** What an address may say, else the shortest. */
export function rangeOf(value: string): OverviewRange {
  return RANGES.find((range) => range.value === value)?.value ?? 'hour';
}

/** Often enough to see the bucket under way grow, seldom enough for what it costs the database. */
const REFETCH_MS: Readonly<Record<OverviewRange, number>> = { hour: 10_000, day: 60_000, week: 120_000 };

export function useOverview(range: OverviewRange) {
  return useAsk<Overview>('/overview', { query: { range }, refetchMs: REFETCH_MS[range] });
}

export function useOverviewTick() {
  const [tick, setTick] = useState<OverviewTick | null>(null);
  const stream = useEvents('/overview/events', {
    onEvent: ({ data }) => {
      if (isTick(data)) setTick(data);
      return undefined;
    },
  });
  return { tick, stream };
}

/** The stream has no other events of this kind; its shape is the api's to keep. */
function isTick(data: unknown): data is OverviewTick {
  return typeof data === 'object' && data !== null && 'object' in data && data.object === 'overview.tick';
}
