/** What the service is set to, what bounds it, and what it is made of. */
import { useState } from 'react';
import { Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ServiceSettings } from '../../../../shared/contracts/operator-settings.ts';
import { useAsk } from '../../api/client-context.ts';
import { Fields } from '../../parts/fields.tsx';
import { Page } from '../../parts/page.tsx';
import { Section } from '../../parts/section.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../parts/states.tsx';
import { HealthFields } from './health-fields.tsx';
import { PackagesSection } from './packages-section.tsx';
import { SettingsTable } from './settings-table.tsx';
import { groupsOf, limitName, limitText } from './setting-groups.ts';
import './settings-page.css';

export function SettingsPage() {
  const { data: settings, error, refetch } = useAsk<ServiceSettings>('/settings');
  return (
    <Page
      title="Settings"
      description="As this process of the api counts them. They are set by environment variables; secrets are never shown."
    >
      {settings !== undefined && <SettingsContent settings={settings} />}
      {settings === undefined &&
        (error === null ? <LoadingState lines={12} /> : <ErrorState error={error} onRetry={() => void refetch()} />)}
    </Page>
  );
}

function SettingsContent({
  settings: { versions, settings, models, limits, packages },
}: {
  readonly settings: ServiceSettings;
}) {
  return (
    <>
      <div className="settings-pair">
        <Section title="Versions">
          <Fields
            fields={[
              { name: 'Service', value: versions.service },
              { name: 'Node', value: versions.node },
              { name: 'PostgreSQL', value: versions.postgresql },
              { name: 'Redis', value: versions.redis },
              packages && { name: 'Python of the sandboxes', value: packages.python },
            ]}
          />
        </Section>
        <Section title="Health">
          <HealthFields />
        </Section>
      </div>
      <Settings settings={settings} />
      <Section title="Models">
        {models.length === 0 ? (
          <Text size="sm" c="dimmed">
            None is set; only the built-in model “direct” is there.
          </Text>
        ) : (
          <Fields
            fields={models.map(({ name, provider, model, is_default: isDefault }) => ({
              name: isDefault ? `${name} (default)` : name,
              value: `${provider}: ${model}`,
            }))}
          />
        )}
      </Section>
      <Section title="Limits that cannot be set">
        <Fields fields={limits.map((limit) => ({ name: limitName(limit.name), value: limitText(limit) }))} />
      </Section>
      <PackagesSection packages={packages} />
    </>
  );
}

function Settings({ settings }: Pick<ServiceSettings, 'settings'>) {
  const [sought, setSought] = useState('');
  const words = sought.trim().toLowerCase();
  const found = settings.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(words));
  return (
    <>
      <TextInput
        type="search"
        aria-label="Find a setting"
        placeholder="Find a setting"
        leftSection={<IconSearch size={16} aria-hidden />}
        maw={360}
        value={sought}
        onChange={(event) => {
          setSought(event.currentTarget.value);
        }}
      />
      {groupsOf(found).map(({ title, settings: ofGroup }) => (
        <Section key={title} title={title} flush>
          <SettingsTable name={title} settings={ofGroup} />
        </Section>
      ))}
      {found.length === 0 && <EmptyState title="No setting has these words" />}
    </>
  );
}
