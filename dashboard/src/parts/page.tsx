/** The frame of one page: its title, what it is about, and what can be done here. */
import { Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

type Props = {
  readonly title: string;
  /** In place of the title's text, where it has more than text. */
  readonly heading?: ReactNode;
  readonly description?: ReactNode;
  /** Buttons, at the right of the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
};

export function Page({ title, heading, description, actions, children }: Props) {
  useDocumentTitle(`${title} · Code interpreter`);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={2} miw={0}>
          <Title order={1}>{heading ?? title}</Title>
          {description !== undefined && (
            <Text c="dimmed" size="sm" component="div">
              {description}
            </Text>
          )}
        </Stack>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
