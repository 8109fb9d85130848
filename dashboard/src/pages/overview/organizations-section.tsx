/** Who used the most CPU time. */
import { Skeleton, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { Overview } from '../../../../shared/contracts/operator-overview.ts';
import { formatCount, formatDuration } from '../../parts/format.ts';
import { Section } from '../../parts/section.tsx';
import { executionsLink } from './series.ts';

type Props = { readonly overview: Pick<Overview, 'organizations' | 'from'> | undefined };

export function OrganizationsSection({ overview }: Props) {
  return (
    <Section title="Organizations by CPU time">
      {overview === undefined ? <Skeleton height={210} /> : <Organizations {...overview} />}
    </Section>
  );
}

function Organizations({ organizations, from }: Pick<Overview, 'organizations' | 'from'>) {
  if (organizations.length === 0) {
    return (
      <div className="chart-empty">
        <Text size="sm" c="dimmed">
          Nobody used any in this time.
        </Text>
      </div>
    );
  }
  const most = Math.max(...organizations.map(({ cpu_seconds: seconds }) => seconds), Number.MIN_VALUE);
  return (
    <ol className="ranking">
      {organizations.map(({ organization_id: id, name, executions, cpu_seconds: seconds }) => (
        <li key={id}>
          <div className="ranking-words">
            <Link className="link cell-text" to={executionsLink({ organization_id: id, created_after: from })}>
              {name}
            </Link>
            <Text span size="xs" className="numbers nowrap">
              {formatDuration(seconds * 1_000)}
              <Text span size="xs" c="dimmed">
                {` · ${formatCount(executions)} executions`}
              </Text>
            </Text>
          </div>
          <div className="ranking-bar" style={{ width: `${((seconds / most) * 100).toFixed(1)}%` }} aria-hidden />
        </li>
      ))}
    </ol>
  );
}
