/** A new password for whoever is logged in. */
import { Alert, Button, Group, Modal, PasswordInput, Stack } from '@mantine/core';
import { useState } from 'react';
import { useClient } from '../api/client-context.ts';
import { useAction } from '../parts/use-action.ts';

type Props = { readonly opened: boolean; readonly onClose: () => void };

export function PasswordDialog({ opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Change password">
      <PasswordForm onClose={onClose} />
    </Modal>
  );
}

function PasswordForm({ onClose }: Pick<Props, 'onClose'>) {
  const client = useClient();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const change = useAction(
    () => client.send('POST', '/admin/api/session/password', { current_password: current, new_password: next }),
    { done: 'The password is changed.', quiet: true, onDone: onClose },
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.run();
      }}
    >
      <Stack>
        {change.error !== null && <Alert color="red">{change.error.message}</Alert>}
        <PasswordInput
          label="Current password"
          autoComplete="current-password"
          required
          data-autofocus
          value={current}
          onChange={(event) => {
            setCurrent(event.currentTarget.value);
          }}
        />
        <PasswordInput
          label="New password"
          description="At least 12 characters."
          autoComplete="new-password"
          required
          value={next}
          onChange={(event) => {
            setNext(event.currentTarget.value);
          }}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button type="submit" loading={change.isRunning}>
            Change
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
