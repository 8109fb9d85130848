/** What can be done with one key. */
import { Group, Select, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiKey, NewApiKey } from '../../../../shared/contracts/api-key.ts';
import { askKey, useClient } from '../../api/client-context.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { fieldError } from '../../parts/field-error.ts';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { RoleButton } from '../../parts/role-button.tsx';
import { useAction } from '../../parts/use-action.ts';

type Props = {
  readonly apiKey: ApiKey;
  /** Of the organization's keys. */
  readonly path: string;
  readonly onRotated: (key: NewApiKey) => void;
};

type Opened = 'rename' | 'rotate' | 'revoke';
const ACTIONS: readonly { readonly opened: Opened; readonly label: string }[] = [
  { opened: 'rename', label: 'Rename' },
  { opened: 'rotate', label: 'Rotate' },
  { opened: 'revoke', label: 'Revoke' },
];
const OVERLAPS = [
  { value: '0', label: 'Not at all: it stops at once' },
  { value: '3600', label: 'An hour' },
  { value: '86400', label: 'A day' },
  { value: '604800', label: 'A week' },
];

export function KeyActions({ apiKey, path, onRotated }: Props) {
  const client = useClient();
  const queryClient = useQueryClient();
  const [opened, setOpened] = useState<Opened | null>(null);
  const onClose = () => {
    setOpened(null);
  };
  const keyPath = `/admin/api${path}/${encodeURIComponent(apiKey.id)}`;
  const revoke = async () => {
    await client.send('DELETE', keyPath);
    await queryClient.invalidateQueries({ queryKey: askKey(path) });
  };
  const blocked = apiKey.status === 'active' ? undefined : `It is ${apiKey.status}.`;
  return (
    <Group gap={4} wrap="nowrap">
      {ACTIONS.map((action) => (
        <RoleButton
          key={action.opened}
          role="admin"
          size="compact-xs"
          variant="default"
          blocked={action.opened === 'rename' ? undefined : blocked}
          onClick={() => {
            setOpened(action.opened);
          }}
        >
          {action.label}
        </RoleButton>
      ))}
      {opened === 'rename' && <Rename apiKey={apiKey} path={path} keyPath={keyPath} onClose={onClose} />}
      {opened === 'rotate' && <Rotate path={path} keyPath={keyPath} onClose={onClose} onRotated={onRotated} />}
      <ConfirmDialog
        opened={opened === 'revoke'}
        onClose={onClose}
        title="Revoke the key"
        confirmLabel="Revoke"
        danger
        onConfirm={revoke}
      >
        Requests with “{apiKey.name}” are refused from now on. This cannot be taken back.
      </ConfirmDialog>
    </Group>
  );
}

type FormProps = { readonly path: string; readonly keyPath: string; readonly onClose: () => void };

function Rename({ apiKey, path, keyPath, onClose }: FormProps & { readonly apiKey: ApiKey }) {
  const client = useClient();
  const [name, setName] = useState(apiKey.name);
  const submit = useAction(() => client.send('PATCH', keyPath, { name }), {
    quiet: true,
    changes: [askKey(path)],
    onDone: onClose,
  });
  return (
    <FormDialog
      title="Rename the key"
      submitLabel="Rename"
      submit={submit}
      fields={['name']}
      isReady={name.trim() !== ''}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        required
        data-autofocus
        autoComplete="off"
        value={name}
        error={fieldError(submit.error, 'name')}
        onChange={(event) => {
          setName(event.currentTarget.value);
        }}
      />
    </FormDialog>
  );
}

function Rotate({ path, keyPath, onClose, onRotated }: FormProps & Pick<Props, 'onRotated'>) {
  const client = useClient();
  const [overlap, setOverlap] = useState('86400');
  const submit = useAction(() => client.send<NewApiKey>('POST', `${keyPath}/rotate`, { overlap_s: Number(overlap) }), {
    quiet: true,
    changes: [askKey(path)],
    onDone: (key) => {
      onClose();
      onRotated(key);
    },
  });
  return (
    <FormDialog title="Rotate the key" submitLabel="Rotate" submit={submit} onClose={onClose}>
      <Text size="sm">A new key with the same name and scopes takes the place of this one.</Text>
      <Select
        label="The old key stays valid"
        data={OVERLAPS}
        allowDeselect={false}
        value={overlap}
        onChange={(value) => {
          setOverlap(value ?? '0');
        }}
      />
    </FormDialog>
  );
}
