/** Asks before something that cannot be taken back. */
import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useAction } from './use-action.ts';

type Props = {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What will happen, and to how many. */
  readonly children: ReactNode;
  readonly confirmLabel: string;
  readonly danger?: boolean;
  /** Must be typed before it can be confirmed. */
  readonly typedName?: string;
  /** There is nothing to confirm yet. */
  readonly blocked?: boolean;
  readonly onConfirm: () => Promise<unknown>;
};

export function ConfirmDialog(props: Props) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title}>
      <ConfirmForm {...props} />
    </Modal>
  );
}

/** Inside the modal, so that each opening begins anew. */
function ConfirmForm(props: Props) {
  const { onClose, children, confirmLabel, danger = false, typedName, blocked = false, onConfirm } = props;
  const [typed, setTyped] = useState('');
  const confirm = useAction(onConfirm, { quiet: true, onDone: onClose });
  const isReady = !blocked && (typedName === undefined || typed === typedName);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) confirm.run();
      }}
    >
      <Stack>
        <Text size="sm" component="div">
          {children}
        </Text>
        {typedName !== undefined && (
          <TextInput
            label={`Type “${typedName}” to go on`}
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
            }}
            autoComplete="off"
            data-autofocus
          />
        )}
        {confirm.error !== null && (
          <Alert color="red" role="alert">
            {confirm.error.message}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Back
          </Button>
          <Button type="submit" loading={confirm.isRunning} disabled={!isReady} {...(danger && { color: 'red.8' })}>
            {confirmLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
