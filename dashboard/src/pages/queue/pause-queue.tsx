/** Holds everything back, or lets it go on. */
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { QueueState } from '../../../../shared/contracts/operator-queue.ts';
import { apiPath, askKey, useClient } from '../../api/client-context.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { RoleButton } from '../../parts/role-button.tsx';
import { useAction } from '../../parts/use-action.ts';

const CHANGES = [askKey('/queue'), askKey('/queue/organizations')];

export function PauseQueue({ queue }: { readonly queue: QueueState | undefined }) {
  const client = useClient();
  const queryClient = useQueryClient();
  const [isAsked, setIsAsked] = useState(false);
  const resume = useAction(() => client.send('POST', apiPath('/queue/resume')), {
    done: 'The queue goes on.',
    changes: CHANGES,
  });
  if (queue?.paused === true) {
    return (
      <RoleButton
        role="operator"
        onClick={resume.run}
        loading={resume.isRunning}
        leftSection={<IconPlayerPlay size={16} />}
      >
        Resume
      </RoleButton>
    );
  }
  return (
    <>
      <RoleButton
        role="operator"
        variant="default"
        onClick={() => {
          setIsAsked(true);
        }}
        leftSection={<IconPlayerPause size={16} />}
      >
        Pause
      </RoleButton>
      <ConfirmDialog
        opened={isAsked}
        onClose={() => {
          setIsAsked(false);
        }}
        title="Pause the queue of all organizations?"
        confirmLabel="Pause"
        onConfirm={async () => {
          await client.send('POST', apiPath('/queue/pause'));
          await Promise.all(CHANGES.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
        }}
      >
        What is in flight ends. Everything else waits, also what is sent from now on, until somebody resumes the queue.
      </ConfirmDialog>
    </>
  );
}
