import { Group, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { OperatorExecution } from '../../../../shared/contracts/operator-execution.ts';
import type { StreamState } from '../../api/use-events.ts';
import type { LiveOutputs } from '../../outputs/live-outputs.ts';
import { formatBytes, formatDuration } from '../../parts/format.ts';
import { ExecutionStatusBadge } from '../executions/execution-columns.tsx';
import { OutputsSection } from '../execution/outputs-section.tsx';
import { executionPath } from '../execution/use-execution.ts';

type Props = {
  readonly execution: OperatorExecution;
  readonly live: LiveOutputs & { readonly state: StreamState };
};

/** How it went, and what it showed. */
export function RunOutputs({ execution, live }: Props) {
  const { usage } = execution;
  return (
    <>
      <Group gap="sm" role="status">
        <ExecutionStatusBadge execution={execution} />
        {usage !== null && (
          <Text size="sm" c="dimmed" className="numbers">
            {formatDuration(usage.wall_ms)} · {formatDuration(usage.cpu_ms)} CPU ·{' '}
            {formatBytes(usage.memory_peak_bytes)}
          </Text>
        )}
        <Text size="sm">
          <Link className="link" to={executionPath(execution.id)}>
            Open the execution
          </Link>
        </Text>
      </Group>
      <OutputsSection execution={execution} live={live} />
    </>
  );
}
