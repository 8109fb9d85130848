/** A form in a dialog: what goes wrong is told in it, and it stays until it is done. */
import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { fieldError } from './field-error.ts';
import type { Action } from './use-action.ts';

type Props = {
  readonly title: string;
  readonly submitLabel: string;
  /** Its `onDone` closes the dialog; `quiet`, as the error stands here. */
  readonly submit: Action;
  /** Fields that tell errors of theirs themselves. */
  readonly fields?: readonly string[];
  readonly isReady?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

/** Shown while it is mounted, so that each opening begins anew. */
export function FormDialog({ title, submitLabel, submit, fields = [], isReady = true, onClose, children }: Props) {
  const isToldByField = fields.some((name) => fieldError(submit.error, name) !== undefined);
  return (
    <Modal opened onClose={onClose} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) submit.run();
        }}
      >
        <Stack>
          {children}
          {submit.error !== null && !isToldByField && (
            <Alert color="red" role="alert">
              {submit.error.message}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Back
            </Button>
            <Button type="submit" loading={submit.isRunning} disabled={!isReady}>
              {submitLabel}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
