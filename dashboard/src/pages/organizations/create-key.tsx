/** A new key: what it may do, and until when. */
import { Checkbox, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { NewApiKey } from '../../../../shared/contracts/api-key.ts';
import { askKey, useClient } from '../../api/client-context.ts';
import { fieldError } from '../../parts/field-error.ts';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { useAction } from '../../parts/use-action.ts';

type Props = {
  /** Of the organization's keys. */
  readonly path: string;
  readonly onClose: () => void;
  readonly onCreated: (key: NewApiKey) => void;
};

const SCOPES = [
  { value: 'executions', label: 'Executions', description: 'Run code and read what came of it.' },
  { value: 'files', label: 'Files', description: 'Upload, read and delete files.' },
  { value: 'responses', label: 'Responses', description: 'Ask models, which may run code.' },
  { value: 'organization', label: 'Organization', description: 'Manage keys, webhooks and settings; read the usage.' },
];
const SCOPES_DEFAULT = ['executions', 'files', 'responses'];

export function CreateKey({ path, onClose, onCreated }: Props) {
  const client = useClient();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>(SCOPES_DEFAULT);
  const [expiresAt, setExpiresAt] = useState('');
  const submit = useAction(
    () =>
      client.send<NewApiKey>('POST', `/admin/api${path}`, {
        name,
        scopes,
        expires_at: expiresAt === '' ? null : new Date(expiresAt).toISOString(),
      }),
    {
      quiet: true,
      changes: [askKey(path)],
      onDone: (key) => {
        onClose();
        onCreated(key);
      },
    },
  );
  return (
    <FormDialog
      title="Create a key"
      submitLabel="Create"
      submit={submit}
      fields={['name', 'scopes', 'expires_at']}
      isReady={name.trim() !== '' && scopes.length > 0}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        description="Who or what will use it."
        required
        data-autofocus
        autoComplete="off"
        value={name}
        error={fieldError(submit.error, 'name')}
        onChange={(event) => {
          setName(event.currentTarget.value);
        }}
      />
      <Checkbox.Group
        label="Scopes"
        value={scopes}
        onChange={setScopes}
        error={scopes.length === 0 ? 'Choose at least one.' : fieldError(submit.error, 'scopes')}
      >
        <Stack gap="xs" mt="xs">
          {SCOPES.map((scope) => (
            <Checkbox key={scope.value} {...scope} />
          ))}
        </Stack>
      </Checkbox.Group>
      <TextInput
        type="datetime-local"
        label="Expires"
        description="In your time. Empty: never."
        value={expiresAt}
        error={fieldError(submit.error, 'expires_at')}
        onChange={(event) => {
          setExpiresAt(event.currentTarget.value);
        }}
      />
    </FormDialog>
  );
}
