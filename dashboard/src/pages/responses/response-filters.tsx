/** Narrows the list of responses. */
import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import type { OperatorResponseSummary } from '../../../../shared/contracts/operator-response.ts';
import { OrganizationSelect } from '../../parts/organization-select.tsx';
import { words } from '../../parts/status-badge.tsx';
import { isFiltered, RESPONSE_FILTERS, type ChangeResponseFilters, type ResponseFilterValues } from './filters.ts';

const STATUSES: readonly OperatorResponseSummary['status'][] = [
  'queued',
  'in_progress',
  'completed',
  'incomplete',
  'failed',
  'cancelled',
];
const TYPING_MS = 350;

type Props = { readonly filters: ResponseFilterValues; readonly onChange: ChangeResponseFilters };

export function ResponseFilters({ filters, onChange }: Props) {
  // The field for the model keeps what is being typed: clearing makes it anew.
  const [clears, setClears] = useState(0);
  return (
    <>
      <div className="responses-organization">
        <OrganizationSelect
          size="xs"
          value={filters.organization_id}
          onChange={(id) => {
            onChange({ organization_id: id });
          }}
        />
      </div>
      <Select
        size="xs"
        w={140}
        aria-label="Status"
        placeholder="Status"
        data={STATUSES.map((value) => ({ value, label: words(value) }))}
        value={filters.status === '' ? null : filters.status}
        onChange={(status) => {
          onChange({ status: status ?? '' });
        }}
        clearable
      />
      <ModelField key={clears} filters={filters} onChange={onChange} />
      {isFiltered(filters) && (
        <Button
          size="xs"
          variant="subtle"
          onClick={() => {
            onChange(RESPONSE_FILTERS);
            setClears(clears + 1);
          }}
        >
          Clear
        </Button>
      )}
    </>
  );
}

function ModelField({ filters, onChange }: Props) {
  const [typed, setTyped] = useState(filters.model);
  const search = useDebouncedCallback((model: string) => {
    onChange({ model: model.trim() });
  }, TYPING_MS);
  return (
    <TextInput
      size="xs"
      w={180}
      aria-label="Name of the model"
      placeholder="Model, its whole name"
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        search(event.currentTarget.value);
      }}
    />
  );
}
