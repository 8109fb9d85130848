/** What can be done with a whole organization. */
import { useState } from 'react';
import type { Organization } from '../../../../shared/contracts/organization.ts';
import { askKey, useClient } from '../../api/client-context.ts';
import { useQueryClient } from '@tanstack/react-query';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { RoleButton } from '../../parts/role-button.tsx';
import { useAction } from '../../parts/use-action.ts';
import { OrganizationForm } from './organization-form.tsx';

type Opened = 'edit' | 'suspend' | 'delete' | null;

export function OrganizationActions({ organization }: { readonly organization: Organization }) {
  const { id, name, status } = organization;
  const client = useClient();
  const queryClient = useQueryClient();
  const [opened, setOpened] = useState<Opened>(null);
  const onClose = () => {
    setOpened(null);
  };
  const path = `/organizations/${encodeURIComponent(id)}`;
  const changes = [askKey(path), askKey('/organizations')];
  const act = async (method: 'POST' | 'DELETE', action: string) => {
    await client.send(method, `/admin/api${path}${action}`);
    await Promise.all(changes.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
  };
  const resume = useAction(() => act('POST', '/resume'), { done: 'Its keys work again.' });
  const blocked = status === 'deleting' ? 'It is being deleted.' : undefined;
  return (
    <>
      <RoleButton
        role="admin"
        variant="default"
        blocked={blocked}
        onClick={() => {
          setOpened('edit');
        }}
      >
        Edit
      </RoleButton>
      {status === 'suspended' ? (
        <RoleButton role="admin" variant="default" loading={resume.isRunning} onClick={resume.run}>
          Resume
        </RoleButton>
      ) : (
        <RoleButton
          role="admin"
          variant="default"
          blocked={blocked}
          onClick={() => {
            setOpened('suspend');
          }}
        >
          Suspend
        </RoleButton>
      )}
      <RoleButton
        role="admin"
        color="red.8"
        blocked={blocked}
        onClick={() => {
          setOpened('delete');
        }}
      >
        Delete
      </RoleButton>
      {opened === 'edit' && (
        <OrganizationForm
          title="Edit the organization"
          submitLabel="Save"
          initial={{
            name,
            interpreter: organization.interpreter,
            isolation: organization.isolation,
            default_model: organization.default_model,
          }}
          save={(input) => client.send('PATCH', `/admin/api${path}`, input)}
          changes={changes}
          onClose={onClose}
        />
      )}
      <ConfirmDialog
        opened={opened === 'suspend'}
        onClose={onClose}
        title="Suspend the organization"
        confirmLabel="Suspend"
        onConfirm={() => act('POST', '/suspend')}
      >
        Its requests are refused from now on. What runs ends normally; what waits is held back until it is resumed.
      </ConfirmDialog>
      <ConfirmDialog
        opened={opened === 'delete'}
        onClose={onClose}
        title="Delete the organization"
        confirmLabel="Delete for good"
        danger
        typedName={name}
        onConfirm={() => act('DELETE', '')}
      >
        Its keys stop at once. What waits or runs is cancelled, and its executions, files, webhooks, usage and keys are
        removed. This cannot be taken back.
      </ConfirmDialog>
    </>
  );
}
