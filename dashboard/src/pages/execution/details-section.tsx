import { Text } from '@mantine/core';
import type { OperatorExecution } from '../../../../shared/contracts/operator-execution.ts';
import { Fields } from '../../parts/fields.tsx';
import { formatBytes, formatCount } from '../../parts/format.ts';
import { IdLink } from '../../parts/id-link.tsx';
import { Section } from '../../parts/section.tsx';
import { words } from '../../parts/status-badge.tsx';
import { WorkerLink } from '../executions/execution-columns.tsx';

/** Where and how it ran, and what came with it. */
export function DetailsSection({ execution }: { readonly execution: OperatorExecution }) {
  return (
    <Section title="Details">
      <Fields
        fields={[
          { name: 'Ended by', value: endOf(execution) },
          { name: 'Worker', value: <WorkerLink id={execution.worker_id} /> },
          { name: 'Container', value: <IdLink id={execution.container_id} whole /> },
          { name: 'Isolation', value: execution.isolation },
          { name: 'Attempts', value: attemptsOf(execution) },
          { name: 'Dispatched', value: `${formatCount(execution.generation)} ×` },
          { name: 'Input', value: formatBytes(execution.input_bytes) },
          { name: 'Outputs', value: formatBytes(execution.output_bytes) },
          execution.response_id && { name: 'Response', value: <IdLink id={execution.response_id} /> },
          execution.callback_url === undefined ? null : { name: 'Callback', value: execution.callback_url },
          execution.files.length === 0 ? null : { name: 'Files', value: <Files execution={execution} /> },
          ...Object.entries(execution.metadata).map(([name, value]) => ({ name: `metadata.${name}`, value })),
        ]}
      />
    </Section>
  );
}

function endOf({ exit }: OperatorExecution): string {
  if (exit === null) return '–';
  const code = exit.code === null ? '' : `, code ${String(exit.code)}`;
  return `${words(exit.reason)}${code}${exit.signal === null ? '' : `, ${exit.signal}`}`;
}

function attemptsOf({ attempt, losses }: OperatorExecution): string {
  return losses === 0 ? formatCount(attempt) : `${formatCount(attempt)}, ${formatCount(losses)} lost with their worker`;
}

function Files({ execution }: { readonly execution: OperatorExecution }) {
  return execution.files.map((file) => (
    <div key={file.file_id}>
      {file.name}{' '}
      <Text span size="xs" c="dimmed">
        {formatBytes(file.size_bytes)}
      </Text>
    </div>
  ));
}
