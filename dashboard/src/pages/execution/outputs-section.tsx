import { Alert, Group, Loader, Stack, Text } from '@mantine/core';
import { IconScissors } from '@tabler/icons-react';
import type { OperatorExecution } from '../../../../shared/contracts/operator-execution.ts';
import type { StreamState } from '../../api/use-events.ts';
import type { LiveOutputs } from '../../outputs/live-outputs.ts';
import { OutputList } from '../../outputs/output-list.tsx';
import { Section } from '../../parts/section.tsx';
import { isOpen } from '../executions/use-live-executions.ts';

type Props = {
  readonly execution: OperatorExecution;
  readonly live: LiveOutputs & { readonly state: StreamState };
};

/** What it shows: as it comes while it runs, as it is kept afterwards. */
export function OutputsSection({ execution, live }: Props) {
  const isLive = isOpen(execution);
  const outputs = isLive ? live.outputs : execution.outputs;
  return (
    <Section title="Outputs" actions={isLive && <LiveSign state={live.state} status={execution.status} />}>
      <Stack gap="md">
        {execution.exit?.hint !== undefined && (
          <Alert color="yellow" title="What to do about it">
            {execution.exit.hint}
          </Alert>
        )}
        {outputs.length > 0 && <OutputList executionId={execution.id} outputs={outputs} isStored={!isLive} />}
        {outputs.length === 0 && (
          <Text c="dimmed" size="sm">
            {isLive ? 'Nothing yet.' : 'It showed nothing.'}
          </Text>
        )}
        <Cut execution={execution} />
      </Stack>
    </Section>
  );
}

function LiveSign({ state, status }: { readonly state: StreamState; readonly status: string }) {
  const text =
    state === 'waiting' ? 'connection lost, trying again' : status === 'queued' ? 'waiting for its turn' : 'live';
  return (
    <Group gap={6} role="status">
      <Loader size={12} type="dots" aria-hidden />
      <Text size="xs" c="dimmed">
        {text}
      </Text>
    </Group>
  );
}

function Cut({ execution: { truncated } }: Pick<Props, 'execution'>) {
  const parts = (['stdout', 'stderr', 'outputs'] as const).filter((part) => truncated[part]);
  if (parts.length === 0) return null;
  return (
    <Alert color="yellow" icon={<IconScissors size={18} />}>
      Cut at the limit: {parts.join(', ')}. What came after it was not kept.
    </Alert>
  );
}
