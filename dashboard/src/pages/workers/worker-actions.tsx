import type { OperatorWorker, WorkerState } from '../../../../shared/contracts/operator-worker.ts';
import { apiPath, askKey, useClient } from '../../api/client-context.ts';
import { RoleButton } from '../../parts/role-button.tsx';
import { useAction } from '../../parts/use-action.ts';

const WHY_NOT: Readonly<Partial<Record<WorkerState, string>>> = {
  dead: 'It is dead.',
  draining: 'It was told to end, and takes nothing any more.',
};

/** Holds a worker back, or lets it take executions again. */
export function WorkerActions({ worker: { id, state } }: { readonly worker: OperatorWorker }) {
  const client = useClient();
  const path = apiPath(`/workers/${encodeURIComponent(id)}`);
  const changes = [askKey('/workers')];
  const drain = useAction(() => client.send('POST', `${path}/drain`), {
    done: 'It ends what runs, and takes nothing new.',
    changes,
  });
  const resume = useAction(() => client.send('POST', `${path}/resume`), {
    done: 'It takes executions again.',
    changes,
  });
  const { run, isRunning } = state === 'paused' ? resume : drain;
  return (
    <RoleButton
      role="operator"
      size="compact-xs"
      variant="light"
      onClick={run}
      loading={isRunning}
      blocked={WHY_NOT[state]}
    >
      {state === 'paused' ? 'Resume' : 'Drain'}
    </RoleButton>
  );
}
