/** Counts what a filter names, and cancels it call by call. */
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { CancelledExecutions } from '../../../../shared/contracts/operator-execution.ts';
import { apiPath, askKey, useClient } from '../../api/client-context.ts';
import { formatCount } from '../../parts/format.ts';

export type CancelFilter = Readonly<Record<string, string>>;

/** How many of those that were counted have been cancelled or told to stop. */
export type Cancelled = { readonly reached: number; readonly of: number };

const PATH = apiPath('/executions/cancel');

export function useMassCancel(filter: CancelFilter) {
  const client = useClient();
  const queryClient = useQueryClient();
  const [done, setDone] = useState<Cancelled | null>(null);
  const counted = useQuery<CancelledExecutions>({
    queryKey: ['cancel-count', filter],
    queryFn: () => client.send<CancelledExecutions>('POST', PATH, { ...filter, dry_run: true }),
    gcTime: 0,
  });

  async function cancel(): Promise<void> {
    const of = counted.data?.matched ?? 0;
    let [reached, remaining] = [0, 1];
    while (remaining > 0) {
      const answer = await client.send<CancelledExecutions>('POST', PATH, filter);
      const step = answer.cancelled + answer.stopping;
      reached += step;
      // A call that reached none would be followed by others that do not.
      remaining = step === 0 ? 0 : answer.remaining;
      setDone({ reached, of: Math.max(of, reached) });
    }
    notifications.show({ message: `${formatCount(reached)} cancelled.`, color: 'petrol' });
    await Promise.all(
      [askKey('/queue'), askKey('/queue/organizations')].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
    );
  }

  return { count: counted.data?.matched, countError: counted.error, done, cancel };
}
