/** A new key, shown this once. */
import { Alert, Button, Code, Group, Modal, Stack } from '@mantine/core';
import type { NewApiKey } from '../../../../shared/contracts/api-key.ts';
import { CopyButton } from '../../parts/copy-button.tsx';

type Props = { readonly apiKey: NewApiKey; readonly onClose: () => void };

export function NewSecret({ apiKey, onClose }: Props) {
  return (
    // A click beside it or a slip of a key must not lose what cannot be shown again.
    <Modal
      opened
      onClose={onClose}
      title="The new key"
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack>
        <Alert color="yellow" title="Copy it now">
          The key is shown this once and stored nowhere. Whoever has it can act for the organization.
        </Alert>
        <Code block className="organization-answer" aria-label="Key">
          {apiKey.key}
        </Code>
        <Group justify="space-between">
          <CopyButton text={apiKey.key} what="key" label="Copy key" />
          <Button onClick={onClose}>I have copied it</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
