/** The queue as a whole, in numbers. */
import { Skeleton } from '@mantine/core';
import type { QueueState } from '../../../../shared/contracts/operator-queue.ts';
import { formatBytes, formatCount, formatDuration } from '../../parts/format.ts';
import { Tile, Tiles } from '../../parts/tile.tsx';

const SECOND_MS = 1_000;

export function QueueTiles({ queue }: { readonly queue: QueueState | undefined }) {
  if (queue === undefined) return <Skeleton height={92} role="status" aria-label="Loading" />;
  const { queued, in_flight: inFlight, slots, oldest_queued_seconds: oldest, results_backlog: results } = queue;
  return (
    <Tiles label="The queue now">
      <Tile label="Queued" value={formatCount(queued)} note="wait for dispatch" to="/executions?status=queued" />
      <Tile
        label="Oldest wait"
        value={oldest === null ? '–' : formatDuration(oldest * SECOND_MS)}
        note={oldest === null ? 'Nothing waits' : 'since it was sent'}
        to="/executions?status=queued"
      />
      <Tile
        label="In flight"
        value={formatCount(inFlight)}
        note="dispatched and not ended"
        to="/executions?status=running"
      />
      <Tile label="Slots" value={formatCount(slots)} note="of workers that take" to="/workers" />
      <Tile
        label="Results to record"
        value={formatCount(results.reports)}
        note={results.reports === 0 ? 'of what has ended' : `reports, ${formatBytes(results.bytes)}`}
        to="/executions?status=running"
      />
    </Tiles>
  );
}
