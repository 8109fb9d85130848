/** What the service stands on. */
import { Text } from '@mantine/core';
import type { OverviewNow } from '../../../../shared/contracts/operator-overview.ts';
import { Section } from '../../parts/section.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';

const NAMES = { database: 'Database', redis: 'Redis', engines: 'Engines' } as const;

export function HealthSection({ health }: Pick<OverviewNow, 'health'>) {
  return (
    <Section title="Health">
      <ul className="health">
        {(['database', 'redis', 'engines'] as const).map((part) => (
          <li key={part}>
            <div>
              <Text size="sm" fw={550}>
                {NAMES[part]}
              </Text>
              <Text size="xs" c="dimmed">
                {health[part].detail}
              </Text>
            </div>
            <StatusBadge status={health[part].ok ? 'up' : 'down'} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
