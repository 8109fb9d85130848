/** One organization: what it is, and what it has. */
import { Alert, Tabs } from '@mantine/core';
import type { ComponentType } from 'react';
import { useParams, useSearchParams } from 'react-router';
import type { Organization } from '../../../../shared/contracts/organization.ts';
import { useAsk } from '../../api/client-context.ts';
import { Page } from '../../parts/page.tsx';
import { ErrorState, LoadingState } from '../../parts/states.tsx';
import { AssistantsTab } from './assistants-tab.tsx';
import { FilesTab } from './files-tab.tsx';
import { KeysTab } from './keys-tab.tsx';
import { OrganizationActions } from './organization-actions.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { QuotasTab } from './quotas-tab.tsx';
import { UsageTab } from './usage-tab.tsx';
import { WebhooksTab } from './webhooks-tab.tsx';
import './organization-page.css';

type Tab = {
  readonly value: string;
  readonly label: string;
  readonly Content: ComponentType<{ readonly organization: Organization }>;
};

const OVERVIEW: Tab = { value: 'overview', label: 'Overview', Content: OverviewTab };
const TABS: readonly Tab[] = [
  OVERVIEW,
  { value: 'keys', label: 'Keys', Content: KeysTab },
  { value: 'quotas', label: 'Quotas', Content: QuotasTab },
  { value: 'usage', label: 'Usage', Content: UsageTab },
  { value: 'files', label: 'Files', Content: FilesTab },
  { value: 'webhooks', label: 'Webhooks', Content: WebhooksTab },
  { value: 'assistants', label: 'Assistants', Content: AssistantsTab },
];
const REFETCH_MS = 10_000;

export function OrganizationPage() {
  const { id = '' } = useParams();
  const { data, error, refetch } = useAsk<Organization>(`/organizations/${encodeURIComponent(id)}`, {
    refetchMs: REFETCH_MS,
  });
  // While another is on its way, the one before is still at hand: it is not the one to act on.
  const organization = data?.id === id ? data : undefined;
  const name = organization?.name ?? 'Organization';
  return (
    <Page
      title={name}
      heading={<span className="organization-name">{name}</span>}
      {...(organization && { actions: <OrganizationActions organization={organization} /> })}
    >
      <Missing error={error} isLoading={organization === undefined} onRetry={() => void refetch()} />
      {organization && <Content key={organization.id} organization={organization} />}
    </Page>
  );
}

type MissingProps = { readonly error: Error | null; readonly isLoading: boolean; readonly onRetry: () => void };

function Missing({ error, isLoading, onRetry }: MissingProps) {
  if (error !== null) return <ErrorState error={error} onRetry={onRetry} />;
  return isLoading ? <LoadingState /> : null;
}

function Content({ organization }: { readonly organization: Organization }) {
  const [search, setSearch] = useSearchParams();
  const chosen = TABS.find(({ value }) => value === search.get('tab')) ?? OVERVIEW;
  return (
    <>
      {organization.status === 'deleting' && (
        <Alert color="red" title="It is being deleted">
          Its keys have stopped. What it has is removed in the background; then this page is gone.
        </Alert>
      )}
      <Tabs
        value={chosen.value}
        keepMounted={false}
        onChange={(tab) => {
          // Filters and pages belong to the tab that is left.
          setSearch(tab === null || tab === OVERVIEW.value ? {} : { tab });
        }}
      >
        <Tabs.List className="organization-tabs" mb="lg">
          {TABS.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map(({ value, Content: TabContent }) => (
          <Tabs.Panel key={value} value={value}>
            <TabContent organization={organization} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}
