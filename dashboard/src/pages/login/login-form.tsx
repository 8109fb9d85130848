import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useClient } from '../../api/client-context.ts';
import { SESSION_KEY } from '../../api/query-client.ts';
import { useAction } from '../../parts/use-action.ts';

export function LoginForm() {
  const client = useClient();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const logIn = useAction(() => client.send('POST', '/admin/api/session', { name, password }), {
    changes: [SESSION_KEY],
    quiet: true,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        logIn.run();
      }}
    >
      <Stack>
        {logIn.error !== null && (
          <Alert color="red" role="alert">
            {logIn.error.message}
          </Alert>
        )}
        <TextInput
          label="Name"
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => {
            setPassword(event.currentTarget.value);
          }}
        />
        <Button type="submit" loading={logIn.isRunning} fullWidth>
          Log in
        </Button>
      </Stack>
    </form>
  );
}
