import { Select } from '@mantine/core';
import type { AccountRole } from '../../../../shared/contracts/account.ts';

type Props = { readonly value: AccountRole; readonly onChange: (role: AccountRole) => void };

const ROLES: readonly { readonly value: AccountRole; readonly label: string }[] = [
  { value: 'viewer', label: 'Viewer: looks at everything' },
  { value: 'operator', label: 'Operator: also runs, cancels, drains and pauses' },
  { value: 'admin', label: 'Admin: also organizations, keys, quotas and accounts' },
];

export function RoleSelect({ value, onChange }: Props) {
  return (
    <Select
      label="Role"
      data={ROLES}
      allowDeselect={false}
      value={value}
      onChange={(chosen) => {
        const role = ROLES.find((one) => one.value === chosen);
        if (role !== undefined) onChange(role.value);
      }}
    />
  );
}
