import { Text, Timeline } from '@mantine/core';
import type { OperatorResponse } from '../../../../shared/contracts/operator-response.ts';
import { formatCount, formatDuration } from '../../parts/format.ts';
import { IdLink } from '../../parts/id-link.tsx';
import { Section } from '../../parts/section.tsx';
import { words } from '../../parts/status-badge.tsx';
import { stretchesOf, tookMs, type Stretch } from './response-steps.ts';

const NAMES: Readonly<Record<Stretch['kind'], string>> = { wait: 'Waited', model: 'Model', code: 'Code' };

/** Time for each step, and the tokens of all of them. */
export function StepsSection({ response }: { readonly response: OperatorResponse }) {
  const stretches = stretchesOf(response);
  const { usage } = response;
  return (
    <Section title="Steps">
      <Timeline active={stretches.length - 1} bulletSize={14} lineWidth={2} color="petrol">
        {stretches.map((stretch, at) => (
          <Timeline.Item
            key={at}
            title={
              <span className="step-title">
                {NAMES[stretch.kind]}
                <span className="step-took numbers">
                  {stretch.tookMs === null ? 'under way' : formatDuration(stretch.tookMs)}
                </span>
              </span>
            }
          >
            {stretch.run !== null && (
              <Text size="xs" c="dimmed" component="div">
                <IdLink id={stretch.run.execution_id} /> {words(stretch.run.exit_reason ?? stretch.run.status)}
              </Text>
            )}
          </Timeline.Item>
        ))}
      </Timeline>
      <dl className="step-sums numbers">
        <dt>In all</dt>
        <dd>{formatDuration(tookMs(response))}</dd>
        <dt>Calls of the model</dt>
        <dd>{formatCount(response.steps)}</dd>
        <dt>Tokens in</dt>
        <dd>{formatCount(usage?.input_tokens)}</dd>
        <dt>Tokens out</dt>
        <dd>{formatCount(usage?.output_tokens)}</dd>
      </dl>
    </Section>
  );
}
