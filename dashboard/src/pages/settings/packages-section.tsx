import { Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { ServiceSettings } from '../../../../shared/contracts/operator-settings.ts';
import { Section } from '../../parts/section.tsx';
import { EmptyState } from '../../parts/states.tsx';

/** What code in the sandboxes can import. */
export function PackagesSection({ packages: told }: Pick<ServiceSettings, 'packages'>) {
  const [sought, setSought] = useState('');
  if (told === null)
    return (
      <Section title="Packages">
        <EmptyState title="Not known yet">A worker tells them as soon as one is there.</EmptyState>
      </Section>
    );
  const words = sought.trim().toLowerCase();
  const found = told.packages.filter(({ name }) => name.toLowerCase().includes(words));
  return (
    <Section
      title={`Packages (${String(told.packages.length)})`}
      actions={
        <TextInput
          size="xs"
          type="search"
          aria-label="Find a package"
          placeholder="Find a package"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={sought}
          onChange={(event) => {
            setSought(event.currentTarget.value);
          }}
        />
      }
    >
      {found.length === 0 && (
        <Text size="sm" c="dimmed">
          No package has this in its name.
        </Text>
      )}
      <ul className="packages" tabIndex={0} aria-label="Packages">
        {found.map(({ name, version }) => (
          <li key={name}>
            {name} <span className="packages-version numbers">{version}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
