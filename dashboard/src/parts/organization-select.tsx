import { Select, type ComboboxItem } from '@mantine/core';
import type { Organization } from '../../../shared/contracts/organization.ts';
import { shortId } from './id-link.tsx';
import { words } from './status-badge.tsx';
import { useOrganizations } from './use-organizations.ts';

type Props = {
  /** An id; empty for none. */
  readonly value: string;
  readonly onChange: (id: string) => void;
  readonly label?: string;
  /** None cannot be chosen. */
  readonly required?: boolean;
  readonly size?: 'xs' | 'sm';
  /** One that is suspended or being deleted cannot be chosen. */
  readonly activeOnly?: boolean;
};

const OPTIONS_SHOWN_MAX = 100;

/** One of the organizations, found by its name or id. */
export function OrganizationSelect(props: Props) {
  const { value, onChange, label, required = false, size = 'sm', activeOnly } = props;
  const { data = [], isPending } = useOrganizations();
  const options = data.map((organization) => optionOf(organization, activeOnly));
  // An id from the address may be of an organization that is not among those that were read.
  if (value !== '' && !options.some((option) => option.value === value)) options.push({ value, label: shortId(value) });
  return (
    <Select
      size={size}
      {...(label === undefined ? { 'aria-label': 'Organization' } : { label })}
      placeholder={isPending ? 'Loading…' : required ? 'Choose an organization' : 'All organizations'}
      data={options}
      value={value === '' ? null : value}
      onChange={(id) => {
        onChange(id ?? '');
      }}
      searchable
      clearable={!required}
      limit={OPTIONS_SHOWN_MAX}
      nothingFoundMessage="No such organization"
    />
  );
}

function optionOf({ id, name, status }: Organization, activeOnly = false): ComboboxItem {
  const isActive = status === 'active';
  return {
    value: id,
    label: [name, shortId(id), ...(isActive ? [] : [words(status)])].join(' · '),
    disabled: activeOnly && !isActive,
  };
}
