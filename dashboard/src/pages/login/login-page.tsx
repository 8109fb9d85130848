/** Logging in; or, where there is no account yet, making the first one. */
import { Center, Loader, Paper, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { Navigate, useSearchParams } from 'react-router';
import { useSessionQuery } from '../../api/session.tsx';
import { SchemeSwitch } from '../../layout/scheme-switch.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { LoginForm } from './login-form.tsx';
import { SetupForm } from './setup-form.tsx';
import './login-page.css';

export function LoginPage() {
  useDocumentTitle('Log in · Code interpreter');
  const [search] = useSearchParams();
  const { data: session, error, refetch } = useSessionQuery();
  if (session !== undefined && session.account !== null) return <Navigate to={pathBack(search.get('next'))} replace />;
  return (
    <main className="login">
      <div className="login-scheme">
        <SchemeSwitch />
      </div>
      <Paper className="login-card" withBorder p="xl" radius="lg">
        <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width={44} height={44} />
        <div>
          <Title order={1}>{session?.setup_needed === true ? 'Make the first account' : 'Log in'}</Title>
          <Text c="dimmed" size="sm">
            Code interpreter, for operators
          </Text>
        </div>
        {session === undefined && <NotYet error={error} onRetry={() => void refetch()} />}
        {session !== undefined && (session.setup_needed ? <SetupForm /> : <LoginForm />)}
      </Paper>
    </main>
  );
}

function NotYet({ error, onRetry }: { readonly error: Error | null; readonly onRetry: () => void }) {
  if (error !== null) return <ErrorState error={error} onRetry={onRetry} />;
  return (
    <Center p="lg">
      <Loader aria-label="Loading" />
    </Center>
  );
}

/** Only a path of these pages: a link from elsewhere must not lead away after the log-in. */
function pathBack(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : '/';
}
