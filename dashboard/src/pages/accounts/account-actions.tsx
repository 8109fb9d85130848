/** What an admin can do with an account; that one admin stays is for the api to say. */
import { Group, PasswordInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Account, UpdateAccount } from '../../../../shared/contracts/account.ts';
import { askKey, useClient } from '../../api/client-context.ts';
import { SESSION_KEY } from '../../api/query-client.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { fieldError } from '../../parts/field-error.ts';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { RoleButton } from '../../parts/role-button.tsx';
import { useAction } from '../../parts/use-action.ts';
import { RoleSelect } from './role-select.tsx';

type Props = { readonly account: Account; readonly isOwn: boolean };
type Opened = 'role' | 'password' | 'disable' | 'delete';
type FormProps = { readonly account: Account; readonly onClose: () => void };

export function AccountActions({ account, isOwn }: Props) {
  const [opened, setOpened] = useState<Opened | null>(null);
  const queryClient = useQueryClient();
  const client = useClient();
  const onClose = () => {
    setOpened(null);
  };
  const path = pathOf(account);
  const changed = () =>
    Promise.all([askKey('/accounts'), SESSION_KEY].map((queryKey) => queryClient.invalidateQueries({ queryKey })));
  const enable = useAction(() => client.send('PATCH', path, { disabled: false }), {
    done: 'The account can log in again.',
    changes: [askKey('/accounts')],
  });
  const actions: readonly { readonly label: string; readonly act: () => void }[] = [
    { label: 'Role', act: () => setOpened('role') },
    { label: 'Password', act: () => setOpened('password') },
    account.disabled ? { label: 'Enable', act: enable.run } : { label: 'Disable', act: () => setOpened('disable') },
    { label: 'Delete', act: () => setOpened('delete') },
  ];
  const consequence = isOwn ? 'This is your own account: you are logged out at once.' : 'Its sessions end at once.';
  return (
    <Group gap={4} wrap="nowrap">
      {actions.map(({ label, act }) => (
        <RoleButton key={label} role="admin" size="compact-xs" variant="default" onClick={act}>
          {label}
        </RoleButton>
      ))}
      {opened === 'role' && <ChangeRole account={account} onClose={onClose} />}
      {opened === 'password' && <SetPassword account={account} onClose={onClose} />}
      <ConfirmDialog
        opened={opened === 'disable'}
        onClose={onClose}
        title={`Disable ${account.name}`}
        confirmLabel="Disable"
        danger
        onConfirm={async () => {
          await client.send('PATCH', path, { disabled: true });
          await changed();
        }}
      >
        It can log in no more until it is enabled. {consequence}
      </ConfirmDialog>
      <ConfirmDialog
        opened={opened === 'delete'}
        onClose={onClose}
        title={`Delete ${account.name}`}
        confirmLabel="Delete"
        danger
        onConfirm={async () => {
          await client.send('DELETE', path);
          await changed();
        }}
      >
        What it did stays in the audit. {consequence}
      </ConfirmDialog>
    </Group>
  );
}

function ChangeRole({ account, onClose }: FormProps) {
  const [role, setRole] = useState(account.role);
  const submit = useUpdate(account, { role }, onClose);
  return (
    <FormDialog title={`Role of ${account.name}`} submitLabel="Change" submit={submit} onClose={onClose}>
      <RoleSelect value={role} onChange={setRole} />
    </FormDialog>
  );
}

function SetPassword({ account, onClose }: FormProps) {
  const [password, setPassword] = useState('');
  const submit = useUpdate(account, { password }, onClose);
  return (
    <FormDialog
      title={`Password of ${account.name}`}
      submitLabel="Set"
      submit={submit}
      fields={['password']}
      isReady={password !== ''}
      onClose={onClose}
    >
      <PasswordInput
        label="New password"
        description="At least 12 characters. Its sessions end at once."
        required
        data-autofocus
        autoComplete="new-password"
        value={password}
        error={fieldError(submit.error, 'password')}
        onChange={(event) => {
          setPassword(event.currentTarget.value);
        }}
      />
    </FormDialog>
  );
}

function useUpdate(account: Account, change: UpdateAccount, onClose: () => void) {
  const client = useClient();
  return useAction(() => client.send('PATCH', pathOf(account), change), {
    quiet: true,
    done: 'The account is changed.',
    changes: [askKey('/accounts'), SESSION_KEY],
    onDone: onClose,
  });
}

function pathOf({ id }: Account): string {
  return `/admin/api/accounts/${encodeURIComponent(id)}`;
}
