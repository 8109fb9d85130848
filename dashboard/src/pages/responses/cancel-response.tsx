/** Ends a response that waits or is being made. */
import { IconPlayerStop } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { OperatorResponse } from '../../../../shared/contracts/operator-response.ts';
import { apiPath, askKey, useClient } from '../../api/client-context.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { RoleButton } from '../../parts/role-button.tsx';
import { responsePath } from './use-response.ts';

export function CancelResponse({ response: { id } }: { readonly response: Pick<OperatorResponse, 'id'> }) {
  const client = useClient();
  const queryClient = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  return (
    <>
      <RoleButton
        role="operator"
        color="red.8"
        leftSection={<IconPlayerStop size={16} />}
        onClick={() => {
          setIsAsking(true);
        }}
      >
        Cancel
      </RoleButton>
      <ConfirmDialog
        opened={isAsking}
        onClose={() => {
          setIsAsking(false);
        }}
        title="Cancel the response"
        confirmLabel="Cancel the response"
        danger
        onConfirm={async () => {
          const ended = await client.send<OperatorResponse>('POST', apiPath(responsePath(id, '/cancel')));
          queryClient.setQueryData(askKey(responsePath(id)), ended);
        }}
      >
        The model is given up and its code is stopped. What it has said until then stays; whoever waits for the answer
        is told that it was cancelled.
      </ConfirmDialog>
    </>
  );
}
