/** One delivery: how its attempts went, and another one. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { WebhookDelivery } from '../../../../shared/contracts/webhook.ts';
import { askKey, useClient } from '../../api/client-context.ts';
import { Fields } from '../../parts/fields.tsx';
import { formatCount } from '../../parts/format.ts';
import { IdLink } from '../../parts/id-link.tsx';
import { RoleButton } from '../../parts/role-button.tsx';
import { StatusBadge, words } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useAction } from '../../parts/use-action.ts';
import { DeliveryAttempts } from './delivery-attempts.tsx';

type Props = {
  readonly delivery: WebhookDelivery;
  /** Of the organization's deliveries. */
  readonly path: string;
};

export function DeliveryActions({ delivery, path }: Props) {
  const client = useClient();
  const [isOpen, setIsOpen] = useState(false);
  const again = useAction(() => client.send('POST', `/admin/api${path}/${encodeURIComponent(delivery.id)}/redeliver`), {
    done: 'It is posted again.',
    changes: [askKey(path)],
  });
  return (
    <Group gap={4} wrap="nowrap">
      <Button
        size="compact-xs"
        variant="default"
        onClick={() => {
          setIsOpen(true);
        }}
      >
        Details
      </Button>
      <RoleButton role="operator" size="compact-xs" variant="default" loading={again.isRunning} onClick={again.run}>
        Redeliver
      </RoleButton>
      <Modal
        opened={isOpen}
        onClose={() => {
          setIsOpen(false);
        }}
        title="Delivery"
        size="lg"
      >
        <Detail delivery={delivery} />
      </Modal>
    </Group>
  );
}

/** The answer is of a foreign server: it is text and nothing else. */
function Detail({ delivery }: Pick<Props, 'delivery'>) {
  const { last_attempt: last } = delivery;
  return (
    <Stack>
      <Fields
        fields={[
          { name: 'Status', value: <StatusBadge status={delivery.status} /> },
          { name: 'Event', value: <span className="mono">{delivery.event_type}</span> },
          { name: 'Attempts', value: formatCount(delivery.attempts) },
          { name: 'Failed by', value: last?.error == null ? '–' : words(last.error) },
          { name: 'Next attempt', value: <Time at={delivery.next_attempt_at} /> },
          { name: 'About', value: <IdLink id={delivery.execution_id ?? delivery.response_id} /> },
          { name: 'Id', value: <IdLink id={delivery.id} whole /> },
        ]}
      />
      <Text size="sm" className="organization-name">
        To {delivery.url}
      </Text>
      <DeliveryAttempts delivery={delivery} />
      <div>
        <Text size="sm" fw={600} mb={4}>
          How the last answer began
        </Text>
        <Answer text={last?.response_excerpt ?? ''} />
      </div>
    </Stack>
  );
}

function Answer({ text }: { readonly text: string }) {
  if (text === '') {
    return (
      <Text size="sm" c="dimmed">
        Nothing was answered.
      </Text>
    );
  }
  return (
    <pre className="organization-answer" tabIndex={0} aria-label="Answer">
      {text}
    </pre>
  );
}
