/** Lets only those in who are logged in; everybody else goes to the log-in, and comes back from there. */
import { Center, Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import { Navigate, useLocation } from 'react-router';
import { AccountContext, useSessionQuery } from '../api/session.tsx';
import { ErrorState } from '../parts/states.tsx';

export function Gate({ children }: { readonly children: ReactNode }) {
  const { data: session, error, refetch } = useSessionQuery();
  const { pathname, search } = useLocation();
  if (session === undefined) {
    return (
      <Center component="main" mih="100dvh" p="md">
        {error === null ? <Loader aria-label="Loading" /> : <ErrorState error={error} onRetry={() => void refetch()} />}
      </Center>
    );
  }
  if (session.account === null) {
    const here = `${pathname}${search}`;
    return <Navigate to={here === '/' ? '/login' : `/login?next=${encodeURIComponent(here)}`} replace />;
  }
  return <AccountContext value={session.account}>{children}</AccountContext>;
}
