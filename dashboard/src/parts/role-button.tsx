/** A button for those who may; the others see it, and are told what they would need. */
import { Button, Tooltip, type ButtonProps } from '@mantine/core';
import type { ReactNode } from 'react';
import type { AccountRole } from '../../../shared/contracts/account.ts';
import { useRights } from '../api/session.tsx';

type Props = ButtonProps & {
  readonly role: AccountRole;
  readonly onClick: () => void;
  /** Why it cannot be used just now, besides the role. */
  readonly blocked?: string | undefined;
  readonly children: ReactNode;
};

export function RoleButton({ role, onClick, blocked, children, ...rest }: Props) {
  const { can } = useRights();
  const reason = can(role) ? blocked : `This needs the role ${role}.`;
  if (reason === undefined) {
    return (
      <Button onClick={onClick} {...rest}>
        {children}
      </Button>
    );
  }
  // Not `disabled`: what cannot be focused cannot explain itself to a keyboard.
  return (
    <Tooltip label={reason}>
      <Button
        {...rest}
        data-disabled
        aria-disabled
        onClick={(event) => {
          event.preventDefault();
        }}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
