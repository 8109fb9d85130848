/** What waits, of whom, and who gets the next turns. */
import { Alert, Button } from '@mantine/core';
import { IconExternalLink, IconPlayerPause } from '@tabler/icons-react';
import type { QueueState } from '../../../../shared/contracts/operator-queue.ts';
import { useAsk } from '../../api/client-context.ts';
import { Page } from '../../parts/page.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { CancelMany } from './cancel-many.tsx';
import { OrganizationQueues } from './organization-queues.tsx';
import { PauseQueue } from './pause-queue.tsx';
import { QueueTiles } from './queue-tiles.tsx';

const REFETCH_MS = 2_000;

export function QueuePage() {
  const queue = useAsk<QueueState>('/queue', { refetchMs: REFETCH_MS });
  return (
    <Page
      title="Queue"
      description="Executions that wait for a slot, and the turns of organizations."
      actions={
        <>
          <Button
            component="a"
            href="/admin/queues"
            target="_blank"
            rel="noreferrer"
            variant="default"
            rightSection={<IconExternalLink size={15} stroke={1.6} />}
          >
            Jobs in bull-board
          </Button>
          <CancelMany />
          <PauseQueue queue={queue.data} />
        </>
      }
    >
      {queue.data?.paused === true && (
        <Alert variant="default" title="The queue is paused" icon={<IconPlayerPause size={18} />}>
          What is in flight ends; everything else waits until somebody resumes the queue.
        </Alert>
      )}
      {queue.error !== null && (
        <ErrorState error={queue.error} title="The queue could not be read" onRetry={() => void queue.refetch()} />
      )}
      {(queue.error === null || queue.data !== undefined) && <QueueTiles queue={queue.data} />}
      <OrganizationQueues refetchMs={REFETCH_MS} />
    </Page>
  );
}
