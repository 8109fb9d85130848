import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useClient } from '../../api/client-context.ts';
import { SESSION_KEY } from '../../api/query-client.ts';
import { useAction } from '../../parts/use-action.ts';

/** Whoever holds the operators' token makes the first account; it is an admin. */
export function SetupForm() {
  const client = useClient();
  const [form, setForm] = useState({ token: '', name: '', password: '' });
  const setUp = useAction(() => client.send('POST', '/admin/api/setup', form), { changes: [SESSION_KEY], quiet: true });
  const input = (name: keyof typeof form) => ({
    value: form[name],
    required: true,
    withAsterisk: false,
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => {
      const { value } = event.currentTarget;
      setForm((current) => ({ ...current, [name]: value }));
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setUp.run();
      }}
    >
      <Stack>
        <Text size="sm">
          Nobody has an account yet. The first is made with the operators’ token, <code>ADMIN_TOKEN</code>; the start of
          the service says where it is.
        </Text>
        {setUp.error !== null && (
          <Alert color="red" role="alert">
            {setUp.error.message}
          </Alert>
        )}
        <PasswordInput label="Operators’ token" autoComplete="off" autoFocus {...input('token')} />
        <TextInput label="Your name" autoComplete="username" {...input('name')} />
        <PasswordInput
          label="Password"
          description="At least 12 characters."
          autoComplete="new-password"
          {...input('password')}
        />
        <Button type="submit" loading={setUp.isRunning} fullWidth>
          Make the account
        </Button>
      </Stack>
    </form>
  );
}
