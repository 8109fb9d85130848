/** Providers and routes: everything that pages stand in. */
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { lazy } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import { ClientContext } from './api/client-context.ts';
import type { Client } from './api/client.ts';
import { Gate } from './layout/gate.tsx';
import { Shell } from './layout/shell.tsx';
import { theme } from './theme.ts';

const LoginPage = lazy(async () => ({ default: (await import('./pages/login/login-page.tsx')).LoginPage }));
const OverviewPage = lazy(async () => ({ default: (await import('./pages/overview/overview-page.tsx')).OverviewPage }));
const ExecutionsPage = lazy(async () => ({
  default: (await import('./pages/executions/executions-page.tsx')).ExecutionsPage,
}));
const ExecutionPage = lazy(async () => ({
  default: (await import('./pages/execution/execution-page.tsx')).ExecutionPage,
}));
const QueuePage = lazy(async () => ({ default: (await import('./pages/queue/queue-page.tsx')).QueuePage }));
const WorkersPage = lazy(async () => ({ default: (await import('./pages/workers/workers-page.tsx')).WorkersPage }));
const OrganizationsPage = lazy(async () => ({
  default: (await import('./pages/organizations/organizations-page.tsx')).OrganizationsPage,
}));
const OrganizationPage = lazy(async () => ({
  default: (await import('./pages/organizations/organization-page.tsx')).OrganizationPage,
}));
const ResponsesPage = lazy(async () => ({
  default: (await import('./pages/responses/responses-page.tsx')).ResponsesPage,
}));
const ResponsePage = lazy(async () => ({
  default: (await import('./pages/responses/response-page.tsx')).ResponsePage,
}));
const PlaygroundPage = lazy(async () => ({
  default: (await import('./pages/playground/playground-page.tsx')).PlaygroundPage,
}));
const AuditPage = lazy(async () => ({ default: (await import('./pages/audit/audit-page.tsx')).AuditPage }));
const SettingsPage = lazy(async () => ({ default: (await import('./pages/settings/settings-page.tsx')).SettingsPage }));
const AccountsPage = lazy(async () => ({ default: (await import('./pages/accounts/accounts-page.tsx')).AccountsPage }));
const NotFoundPage = lazy(async () => ({ default: (await import('./pages/not-found-page.tsx')).NotFoundPage }));

type Props = { readonly client: Client; readonly queryClient: QueryClient; readonly nonce: string };

export function App({ client, queryClient, nonce }: Props) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <Notifications position="bottom-right" />
      <QueryClientProvider client={queryClient}>
        <ClientContext value={client}>
          <BrowserRouter basename="/admin">
            <Routes>
              <Route path="login" element={<LoginPage />} />
              <Route
                element={
                  <Gate>
                    <Shell />
                  </Gate>
                }
              >
                <Route index element={<OverviewPage />} />
                <Route path="executions" element={<ExecutionsPage />} />
                <Route path="executions/:id" element={<ExecutionPage />} />
                <Route path="queue" element={<QueuePage />} />
                <Route path="workers" element={<WorkersPage />} />
                <Route path="organizations" element={<OrganizationsPage />} />
                <Route path="organizations/:id" element={<OrganizationPage />} />
                <Route path="responses" element={<ResponsesPage />} />
                <Route path="responses/:id" element={<ResponsePage />} />
                <Route path="playground" element={<PlaygroundPage />} />
                <Route path="audit" element={<AuditPage />} />
                <Route path="settings" element={<SettingsPage />} />
                <Route path="accounts" element={<AccountsPage />} />
                <Route path="*" element={<NotFoundPage />} />
              </Route>
            </Routes>
          </BrowserRouter>
        </ClientContext>
      </QueryClientProvider>
    </MantineProvider>
  );
}
