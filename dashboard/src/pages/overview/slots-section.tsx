/** What each worker's slots do. */
import { Text } from '@mantine/core';
import { Link } from 'react-router';
import type { OverviewNow } from '../../../../shared/contracts/operator-overview.ts';
import { formatCount } from '../../parts/format.ts';
import { shortId } from '../../parts/id-link.tsx';
import { Section } from '../../parts/section.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { executionsLink } from './series.ts';

type Worker = OverviewNow['workers'][number];

export function SlotsSection({ workers }: Pick<OverviewNow, 'workers'>) {
  return (
    <Section
      title="Slots"
      actions={
        <Link className="link" to="/workers">
          <Text size="sm">All workers</Text>
        </Link>
      }
    >
      {workers.length === 0 ? (
        <EmptyState title="No workers">Executions wait until one starts.</EmptyState>
      ) : (
        <ul className="slots">
          {workers.map((worker) => (
            <WorkerSlots key={worker.id} worker={worker} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function WorkerSlots({ worker }: { readonly worker: Worker }) {
  const { id, host, state, slots, busy, warm, bound } = worker;
  return (
    <li>
      <div className="slots-words">
        <span>
          <Link className="link mono" to={executionsLink({ worker_id: id })}>
            {shortId(id)}
          </Link>{' '}
          <Text span size="xs" c="dimmed">
            {host}
          </Text>
        </span>
        {state === 'taking' ? null : <StatusBadge status={state} />}
        <Text span size="xs" className="numbers slots-counts">
          {formatCount(busy)} of {formatCount(slots)} busy
          <Text span size="xs" c="dimmed">
            {` · ${formatCount(warm)} warm · ${formatCount(bound)} bound`}
          </Text>
        </Text>
      </div>
      <div className="slots-bar" aria-hidden>
        <span className="slots-busy" style={{ flexGrow: Math.min(busy, slots) }} />
        <span style={{ flexGrow: Math.max(0, slots - busy) }} />
      </div>
    </li>
  );
}
