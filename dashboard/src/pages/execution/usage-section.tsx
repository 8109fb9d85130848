import { Stack, Text } from '@mantine/core';
import type { OperatorExecution } from '../../../../shared/contracts/operator-execution.ts';
import { formatBytes, formatDuration } from '../../parts/format.ts';
import { Meter } from '../../parts/meter.tsx';
import { Section } from '../../parts/section.tsx';

const MIB = 1024 * 1024;

/** What it used of what it was given. */
export function UsageSection({ execution }: { readonly execution: OperatorExecution }) {
  const { usage, timeout_ms: timeoutMs, memory_mb: memoryMib } = execution;
  return (
    <Section title="Usage">
      {usage === null ? (
        <Text size="sm" c="dimmed">
          Told when it has ended.
        </Text>
      ) : (
        <Stack gap="md">
          <Meter label="Time" used={usage.wall_ms} limit={timeoutMs} format={formatDuration} />
          <Meter label="CPU" used={usage.cpu_ms} limit={timeoutMs} format={formatDuration} />
          <Meter label="Memory" used={usage.memory_peak_bytes} limit={memoryMib * MIB} format={formatBytes} />
        </Stack>
      )}
    </Section>
  );
}
