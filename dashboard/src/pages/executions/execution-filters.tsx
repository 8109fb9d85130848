/** Narrows the list of executions. */
import {
  Badge,
  Button,
  CloseButton,
  Group,
  Indicator,
  NumberInput,
  Popover,
  Select,
  Stack,
  TextInput,
} from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconAdjustmentsHorizontal, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { ExecutionStatus, ExitReason } from '../../../../shared/contracts/statuses.ts';
import { OrganizationSelect } from '../../parts/organization-select.tsx';
import { words } from '../../parts/status-badge.tsx';
import {
  FILTERS,
  FOLDED,
  fromLocalInput,
  isFiltered,
  labelOf,
  searchChange,
  toLocalInput,
  type ChangeFilters,
  type Filters,
} from './filters.ts';

const STATUSES: readonly ExecutionStatus[] = ['queued', 'running', 'completed', 'failed', 'cancelled'];
const REASONS: readonly ExitReason[] = [
  'ok',
  'exception',
  'exit',
  'timed_out',
  'out_of_memory',
  'output_limit',
  'killed',
  'cancelled',
  'sandbox_lost',
];
const TYPING_MS = 350;
/** Shorter texts stand in nearly every code; the api refuses them. */
const SEARCH_CHARACTERS_MIN = 3;

type Props = { readonly filters: Filters; readonly onChange: ChangeFilters };

export function ExecutionFilters({ filters, onChange }: Props) {
  // The field for search keeps what is being typed: clearing makes it anew.
  const [clears, setClears] = useState(0);
  return (
    <>
      <SearchField key={clears} filters={filters} onChange={onChange} />
      <div className="executions-organization">
        <OrganizationSelect
          size="xs"
          value={filters.organization_id}
          onChange={(id) => {
            onChange({ organization_id: id });
          }}
        />
      </div>
      <Choice
        label="Status"
        values={STATUSES}
        value={filters.status}
        onChange={(status) => {
          onChange({ status });
        }}
      />
      <Choice
        label="Reason"
        values={REASONS}
        value={filters.exit_reason}
        onChange={(reason) => {
          onChange({ exit_reason: reason });
        }}
      />
      <MoreFilters filters={filters} onChange={onChange} />
      <FoldedFilters filters={filters} onChange={onChange} />
      {isFiltered(filters) && (
        <Button
          size="xs"
          variant="subtle"
          onClick={() => {
            onChange(FILTERS);
            setClears(clears + 1);
          }}
        >
          Clear
        </Button>
      )}
    </>
  );
}

function SearchField({ filters, onChange }: Props) {
  const [typed, setTyped] = useState(filters.id === '' ? filters.text : filters.id);
  const search = useDebouncedCallback((text: string) => {
    if (text.trim() === '' || text.trim().length >= SEARCH_CHARACTERS_MIN) onChange(searchChange(text));
  }, TYPING_MS);
  return (
    <TextInput
      className="executions-search"
      size="xs"
      type="search"
      aria-label="Text in the code, or an id"
      placeholder="Text in the code, or an id"
      leftSection={<IconSearch size={14} aria-hidden />}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        search(event.currentTarget.value);
      }}
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
      data={values.map((one) => ({ value: one, label: words(one) }))}
      value={value === '' ? null : value}
      onChange={(chosen) => {
        onChange(chosen ?? '');
      }}
      clearable
    />
  );
}

function MoreFilters({ filters, onChange }: Props) {
  const count = FOLDED.filter((name) => filters[name] !== '').length;
  return (
    <Popover position="bottom-start" width={290} trapFocus>
      <Indicator disabled={count === 0} label={count} size={16}>
        <Popover.Target>
          <Button size="xs" variant="default" leftSection={<IconAdjustmentsHorizontal size={14} />}>
            More
          </Button>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown>
        <Stack gap="sm">
          <TextInput
            size="xs"
            label="Worker"
            defaultValue={filters.worker_id}
            onBlur={(event) => {
              onChange({ worker_id: event.currentTarget.value.trim() });
            }}
          />
          <Moment
            label="Made after"
            value={filters.created_after}
            onChange={(at) => {
              onChange({ created_after: at });
            }}
          />
          <Moment
            label="Made before"
            value={filters.created_before}
            onChange={(at) => {
              onChange({ created_before: at });
            }}
          />
          <Group grow>
            <Milliseconds
              label="Ran at least"
              value={filters.wall_ms_min}
              onChange={(ms) => {
                onChange({ wall_ms_min: ms });
              }}
            />
            <Milliseconds
              label="Ran at most"
              value={filters.wall_ms_max}
              onChange={(ms) => {
                onChange({ wall_ms_max: ms });
              }}
            />
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

type FieldProps = { readonly label: string; readonly value: string; readonly onChange: (value: string) => void };

function Moment({ label, value, onChange }: FieldProps) {
  return (
    <TextInput
      size="xs"
      type="datetime-local"
      label={label}
      value={toLocalInput(value)}
      onChange={(event) => {
        onChange(fromLocalInput(event.currentTarget.value));
      }}
    />
  );
}

function Milliseconds({ label, value, onChange }: FieldProps) {
  return (
    <NumberInput
      size="xs"
      label={label}
      suffix=" ms"
      min={0}
      step={100}
      allowDecimal={false}
      value={value}
      onChange={(ms) => {
        onChange(String(ms));
      }}
    />
  );
}

function FoldedFilters({ filters, onChange }: Props) {
  return FOLDED.filter((name) => filters[name] !== '').map((name) => (
    <Badge
      key={name}
      variant="default"
      tt="none"
      size="lg"
      rightSection={
        <CloseButton
          size="xs"
          aria-label={`Without ${labelOf(name, filters[name])}`}
          onClick={() => {
            onChange({ [name]: '' });
          }}
        />
      }
    >
      {labelOf(name, filters[name])}
    </Badge>
  ));
}
