/** Narrows the audit. */
import { Autocomplete, Button, Select } from '@mantine/core';
import { useState } from 'react';
import type { ActorType, AuditOutcome } from '../../../../shared/contracts/audit.ts';
import { OrganizationSelect } from '../../parts/organization-select.tsx';
import {
  ACTIONS,
  AUDIT_FILTERS,
  isAction,
  isFiltered,
  type AuditFilterValues,
  type ChangeAuditFilters,
} from './filters.ts';

const ACTORS: readonly ActorType[] = ['account', 'operator', 'key', 'service', 'unknown'];
const OUTCOMES: readonly AuditOutcome[] = ['done', 'denied', 'failed'];

type Props = { readonly filters: AuditFilterValues; readonly onChange: ChangeAuditFilters };

export function AuditFilters({ filters, onChange }: Props) {
  // The field for the action keeps what is being typed: clearing makes it anew.
  const [clears, setClears] = useState(0);
  return (
    <>
      <ActionField key={clears} filters={filters} onChange={onChange} />
      <Choice
        label="Who"
        values={ACTORS}
        value={filters.actor_type}
        onChange={(type) => {
          onChange({ actor_type: type });
        }}
      />
      <Choice
        label="Outcome"
        values={OUTCOMES}
        value={filters.outcome}
        onChange={(outcome) => {
          onChange({ outcome });
        }}
      />
      <div className="audit-organization">
        <OrganizationSelect
          size="xs"
          value={filters.organization_id}
          onChange={(id) => {
            onChange({ organization_id: id });
          }}
        />
      </div>
      {isFiltered(filters) && (
        <Button
          size="xs"
          variant="subtle"
          onClick={() => {
            onChange(AUDIT_FILTERS);
            setClears(clears + 1);
          }}
        >
          Clear
        </Button>
      )}
    </>
  );
}

function ActionField({ filters, onChange }: Props) {
  const [typed, setTyped] = useState(filters.action);
  const take = (text: string) => {
    if (isAction(text.trim()) && text.trim() !== filters.action) onChange({ action: text.trim() });
  };
  return (
    <Autocomplete
      size="xs"
      w={220}
      aria-label="Action"
      placeholder="Action, such as key.create"
      data={[...ACTIONS]}
      value={typed}
      error={!isAction(typed.trim())}
      onChange={(text) => {
        setTyped(text);
        if (text === '') take(text);
      }}
      onOptionSubmit={take}
      onBlur={() => {
        take(typed);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take(typed);
      }}
      clearable
    />
  );
}

type ChoiceProps = {
  readonly label: string;
  readonly values: readonly string[];
  readonly value: string;
  readonly onChange: (value: string) => void;
};

function Choice({ label, values, value, onChange }: ChoiceProps) {
  return (
    <Select
      size="xs"
      w={130}
      aria-label={label}
      placeholder={label}
      data={[...values]}
      value={value === '' ? null : value}
      onChange={(chosen) => {
        onChange(chosen ?? '');
      }}
      clearable
    />
  );
}
