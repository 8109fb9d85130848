/** Code that the model had run, and what it got to see of it. */
import { Group, Text } from '@mantine/core';
import type { CodeInterpreterCall } from '../../../../shared/contracts/response-item.ts';
import type { ResponseRun } from '../../../../shared/contracts/operator-response.ts';
import type { z } from 'zod';
import { TextOutput } from '../../outputs/text-output.tsx';
import '../../outputs/output-list.css';
import { CodeView } from '../../parts/code-view.tsx';
import { formatDuration } from '../../parts/format.ts';
import { IdLink } from '../../parts/id-link.tsx';
import { StatusBadge, words } from '../../parts/status-badge.tsx';
import { Picture } from './said.tsx';

type Call = z.infer<typeof CodeInterpreterCall>;
type Props = {
  readonly call: Call;
  /** Undefined where its execution is not kept. */
  readonly run: ResponseRun | undefined;
};

export function CallView({ call, run }: Props) {
  return (
    <div className="call">
      <CodeView code={call.code} label="Code that the model ran" maxHeight={420} />
      <Group gap="sm" className="call-foot">
        <StatusBadge status={statusOf(call, run)} />
        {call.execution_id === null ? (
          <Text size="xs" c="dimmed">
            It was not run.
          </Text>
        ) : (
          <IdLink id={call.execution_id} />
        )}
        {run !== undefined && (
          <Text size="xs" c="dimmed" className="numbers">
            {timesOf(run)}
          </Text>
        )}
      </Group>
      <CallOutputs call={call} />
    </div>
  );
}

function statusOf(call: Call, run: ResponseRun | undefined): string {
  if (run?.status === 'failed' && run.exit_reason !== null) return run.exit_reason;
  return call.status === 'interpreting' ? 'running' : call.status;
}

function timesOf({ queue_ms: queueMs, wall_ms: wallMs, cpu_ms: cpuMs, status }: ResponseRun): string {
  if (wallMs === null) return words(status);
  return `waited ${formatDuration(queueMs)}, ran ${formatDuration(wallMs)}, CPU ${formatDuration(cpuMs)}`;
}

function CallOutputs({ call: { outputs } }: { readonly call: Call }) {
  if (outputs === null || outputs.length === 0) return null;
  return (
    <ol className="outputs call-outputs" aria-label="Outputs of the code">
      {outputs.map((output, at) => (
        <li key={at} className="output">
          {output.type === 'text' ? (
            <TextOutput stream="stdout" text={output.text} />
          ) : (
            <Picture url={output.url} name="A picture that the code made" />
          )}
        </li>
      ))}
    </ol>
  );
}
