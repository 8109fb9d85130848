import { Text, Timeline } from '@mantine/core';
import type { OperatorExecution } from '../../../../shared/contracts/operator-execution.ts';
import { formatDuration } from '../../parts/format.ts';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { isOpen } from '../executions/use-live-executions.ts';
import { stationsOf } from './timeline.ts';

/** From queued to finished, with what each part took. */
export function TimelineSection({ execution }: { readonly execution: OperatorExecution }) {
  // A station without a time is one to come: what lies behind is told when the execution has ended, or never was.
  const all = stationsOf(execution);
  const last = all.findLastIndex(({ at }) => at !== null);
  const stations = all.filter(({ at }, place) => at !== null || (isOpen(execution) && place > last));
  const reached = stations.findLastIndex(({ at }) => at !== null);
  return (
    <Section title="Timeline">
      <Timeline active={reached} bulletSize={14} lineWidth={2} color="petrol">
        {stations.map(({ name, at, tookMs }) => (
          <Timeline.Item
            key={name}
            title={
              <span className="timeline-title">
                {name}
                {tookMs !== null && <span className="timeline-took numbers">+{formatDuration(tookMs)}</span>}
              </span>
            }
          >
            <Text size="xs" c="dimmed" component="div">
              {at === null ? 'not yet' : <Time at={at} />}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </Section>
  );
}
