/** Sets quotas; what is left empty follows the service's default. */
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { OrganizationQuotas } from '../../../../shared/contracts/quotas.ts';
import { askKey, useClient } from '../../api/client-context.ts';
import { fieldError } from '../../parts/field-error.ts';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { useAction } from '../../parts/use-action.ts';
import { formatQuota, QUOTA_FIELDS, type QuotaField } from './quota-fields.ts';

type Props = { readonly quotas: OrganizationQuotas; readonly path: string; readonly onClose: () => void };

/** As it is typed where there shall be no bound. */
const UNBOUNDED = 'none';
type Typed = Readonly<Record<string, string>>;

export function QuotaForm({ quotas, path, onClose }: Props) {
  const client = useClient();
  const [typed, setTyped] = useState<Typed>(() => typedOf(quotas));
  const submit = useAction(() => client.send('PUT', `/admin/api${path}`, overridesOf(typed)), {
    quiet: true,
    done: 'The quotas are set.',
    changes: [askKey(path)],
    onDone: onClose,
  });
  return (
    <FormDialog
      title="Edit quotas"
      submitLabel="Save"
      submit={submit}
      fields={QUOTA_FIELDS.map(({ name }) => name)}
      isReady={QUOTA_FIELDS.every((field) => problemOf(field, typed[field.name] ?? '') === undefined)}
      onClose={onClose}
    >
      {QUOTA_FIELDS.map((field) => (
        <TextInput
          key={field.name}
          label={field.label}
          description={descriptionOf(field, quotas)}
          placeholder="Service default"
          inputMode="decimal"
          autoComplete="off"
          value={typed[field.name] ?? ''}
          error={problemOf(field, typed[field.name] ?? '') ?? fieldError(submit.error, field.name)}
          onChange={(event) => {
            const { value } = event.currentTarget;
            setTyped((current) => ({ ...current, [field.name]: value.trim() }));
          }}
        />
      ))}
    </FormDialog>
  );
}

function descriptionOf(field: QuotaField, { defaults, ceilings }: OrganizationQuotas): string {
  const ceiling = ceilings[field.name];
  const parts = [
    `Default: ${formatQuota(field, defaults[field.name])}`,
    ...(ceiling === null ? [] : [`at most ${field.format(ceiling)} counts`]),
    ...(field.isOptional ? [`“${UNBOUNDED}” for no limit`] : []),
  ];
  return `${parts.join('; ')}.`;
}

function problemOf({ isOptional }: QuotaField, text: string): string | undefined {
  if (text === '' || (isOptional && text === UNBOUNDED)) return undefined;
  return Number.isFinite(Number(text)) ? undefined : 'This is no number.';
}

function typedOf({ overrides }: OrganizationQuotas): Typed {
  return Object.fromEntries(
    QUOTA_FIELDS.map(({ name }) => {
      const value = overrides[name];
      return [name, value === undefined ? '' : value === null ? UNBOUNDED : String(value)];
    }),
  );
}

function overridesOf(typed: Typed): Record<string, number | null> {
  const set = Object.entries(typed).filter(([, text]) => text !== '');
  return Object.fromEntries(set.map(([name, text]) => [name, text === UNBOUNDED ? null : Number(text)]));
}
