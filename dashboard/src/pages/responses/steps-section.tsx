import { Text, Timeline } from '@mantine/core';
import type { ReactNode } from 'react';
import type { OperatorResponse, ResponseRun } from '../../../../shared/contracts/operator-response.ts';
import { formatCount, formatDuration } from '../../parts/format.ts';
import { IdLink } from '../../parts/id-link.tsx';
import { Section } from '../../parts/section.tsx';
import { words } from '../../parts/status-badge.tsx';
import { stepFigures } from './step-figures.ts';
import { isOpen, stepsOf, tookMs, waitedMs } from './response-steps.ts';

/** Time and tokens of each step, and of all of them. */
export function StepsSection({ response }: { readonly response: OperatorResponse }) {
  const { steps, otherRuns } = stepsOf(response);
  const { usage } = response;
  const isMade = response.status === 'in_progress';
  const entries = [
    <Entry key="wait" name="Waited" tookMs={waitedMs(response)} />,
    ...steps.map(({ number, took, runs }) => (
      <Entry key={number} name={`Step ${String(number)}, model`} tookMs={took.model_ms}>
        {stepFigures(took).map((figure) => (
          <div key={figure}>{figure}</div>
        ))}
        <Runs runs={runs} />
      </Entry>
    )),
    (isMade || otherRuns.length > 0) && (
      <Entry key="rest" name={isMade ? `Step ${String(steps.length + 1)}` : 'Code'} {...(isMade && { tookMs: null })}>
        <Runs runs={otherRuns} />
      </Entry>
    ),
  ].filter((entry) => entry !== false);
  return (
    <Section title="Steps">
      <Timeline active={entries.length - 1} bulletSize={14} lineWidth={2} color="petrol">
        {entries.map((entry) => (
          <Timeline.Item key={entry.key}>{entry}</Timeline.Item>
        ))}
      </Timeline>
      <dl className="step-sums numbers">
        <dt>In all</dt>
        <dd>{isOpen(response) ? 'under way' : formatDuration(tookMs(response))}</dd>
        <dt>Steps completed</dt>
        <dd>{formatCount(response.steps)}</dd>
        <dt>Tokens in</dt>
        <dd>{formatCount(usage?.input_tokens)}</dd>
        <dt>Tokens out</dt>
        <dd>{formatCount(usage?.output_tokens)}</dd>
      </dl>
    </Section>
  );
}

type EntryProps = {
  readonly name: string;
  /** Null while it lasts; undefined where it is not one time. */
  readonly tookMs?: number | null;
  readonly children?: ReactNode;
};

function Entry({ name, tookMs: took, children }: EntryProps) {
  return (
    <>
      <span className="step-title">
        {name}
        {took !== undefined && (
          <span className="step-took numbers">{took === null ? 'under way' : formatDuration(took)}</span>
        )}
      </span>
      <Text size="xs" c="dimmed" component="div" className="numbers">
        {children}
      </Text>
    </>
  );
}

function Runs({ runs }: { readonly runs: readonly ResponseRun[] }) {
  return runs.map((run) => (
    <div key={run.execution_id} className="step-run">
      <IdLink id={run.execution_id} /> {words(run.exit_reason ?? run.status)}
      {run.wall_ms !== null && `, ${formatDuration(run.wall_ms)}`}
    </div>
  ));
}
