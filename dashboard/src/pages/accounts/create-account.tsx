import { PasswordInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Account, AccountRole } from '../../../../shared/contracts/account.ts';
import { askKey, useClient } from '../../api/client-context.ts';
import { fieldError } from '../../parts/field-error.ts';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { useAction } from '../../parts/use-action.ts';
import { RoleSelect } from './role-select.tsx';

export function CreateAccount({ onClose }: { readonly onClose: () => void }) {
  const client = useClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<AccountRole>('viewer');
  const [password, setPassword] = useState('');
  const submit = useAction(() => client.send<Account>('POST', '/admin/api/accounts', { name, role, password }), {
    quiet: true,
    done: 'The account is created.',
    changes: [askKey('/accounts')],
    onDone: onClose,
  });
  return (
    <FormDialog
      title="Create an account"
      submitLabel="Create"
      submit={submit}
      fields={['name', 'password']}
      isReady={name.trim() !== '' && password !== ''}
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
      <RoleSelect value={role} onChange={setRole} />
      <PasswordInput
        label="Password"
        description="At least 12 characters."
        required
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
