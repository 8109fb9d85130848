/** What can be said about an organization, when it is made and later. */
import { Select, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Organization } from '../../../../shared/contracts/organization.ts';
import { fieldError } from '../../parts/field-error.ts';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { useAction } from '../../parts/use-action.ts';

export type OrganizationInput = Pick<Organization, 'name' | 'interpreter' | 'isolation' | 'default_model'>;

type Props = {
  readonly title: string;
  readonly submitLabel: string;
  readonly initial: OrganizationInput;
  readonly save: (input: OrganizationInput) => Promise<Organization>;
  readonly changes: readonly (readonly unknown[])[];
  readonly onClose: () => void;
  readonly onDone?: (organization: Organization) => void;
};

const ISOLATIONS = [
  { value: '', label: 'As the service is set' },
  { value: 'organization', label: 'A sandbox of the organization' },
  { value: 'fresh', label: 'A fresh sandbox for each execution' },
];

export function OrganizationForm({ title, submitLabel, initial, save, changes, onClose, onDone }: Props) {
  const [input, setInput] = useState(initial);
  const change = (changed: Partial<OrganizationInput>) => {
    setInput((current) => ({ ...current, ...changed }));
  };
  const submit = useAction(() => save(input), {
    quiet: true,
    changes,
    onDone: (organization) => {
      onClose();
      onDone?.(organization);
    },
  });
  return (
    <FormDialog
      title={title}
      submitLabel={submitLabel}
      submit={submit}
      fields={['name', 'default_model']}
      isReady={input.name.trim() !== ''}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        required
        data-autofocus
        autoComplete="off"
        value={input.name}
        error={fieldError(submit.error, 'name')}
        onChange={(event) => {
          change({ name: event.currentTarget.value });
        }}
      />
      <Switch
        label="Its code may run"
        checked={input.interpreter}
        onChange={(event) => {
          change({ interpreter: event.currentTarget.checked });
        }}
      />
      <Select
        label="Isolation"
        data={ISOLATIONS}
        allowDeselect={false}
        value={input.isolation ?? ''}
        onChange={(value) => {
          change({ isolation: value === 'organization' || value === 'fresh' ? value : null });
        }}
      />
      <TextInput
        label="Default model"
        description="Of responses that name none. Empty: what the service is set to."
        autoComplete="off"
        value={input.default_model ?? ''}
        error={fieldError(submit.error, 'default_model')}
        onChange={(event) => {
          const model = event.currentTarget.value.trim();
          change({ default_model: model === '' ? null : model });
        }}
      />
    </FormDialog>
  );
}
