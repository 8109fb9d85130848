/** How the service does in this minute. */
import type { Activity, OverviewNow } from '../../../../shared/contracts/operator-overview.ts';
import { formatCount, formatDuration, formatShare } from '../../parts/format.ts';
import { executionsLink, failuresOf } from './series.ts';
import { Tile, Tiles } from '../../parts/tile.tsx';

const MINUTE_SECONDS = 60;
const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
/** Somebody should look where an execution has waited so long. */
const LONG_WAIT_SECONDS = 60;

type Props = { readonly now: OverviewNow; readonly lastMinute: Activity | null | undefined };

export function NowTiles({ now, lastMinute }: Props) {
  const since = new Date(Date.parse(now.at) - MINUTE_MS).toISOString();
  return (
    <Tiles label="Now">
      <Tile
        label="Executions / s"
        value={lastMinute ? formatRate(lastMinute.ended / MINUTE_SECONDS) : '–'}
        note={`${formatCount(lastMinute?.ended)} in the last minute`}
        to={executionsLink({ created_after: since })}
      />
      <QueueTiles queue={now.queue} />
      <FailureTile activity={lastMinute} since={since} />
      <TimeTile label="Wait, median" times={lastMinute?.queue_ms} since={since} />
      <TimeTile label="Run, median" times={lastMinute?.wall_ms} since={since} />
    </Tiles>
  );
}

function QueueTiles({ queue }: Pick<OverviewNow, 'queue'>) {
  if (queue === null) return <Tile label="Queued" value="–" note="Not known now" tone="bad" to="/queue" />;
  const { paused, queued, oldest_queued_seconds: oldest, in_flight: inFlight, slots } = queue;
  return (
    <>
      <Tile
        label={paused ? 'Queued, held back' : 'Queued'}
        value={formatCount(queued)}
        note={oldest === null ? 'Nothing waits' : `Oldest waits ${formatDuration(oldest * SECOND_MS)}`}
        tone={paused || (oldest ?? 0) > LONG_WAIT_SECONDS ? 'warn' : undefined}
        to="/queue"
      />
      <Tile
        label="In flight"
        value={formatCount(inFlight)}
        note={`of ${formatCount(slots)} slots`}
        to={executionsLink({ status: 'running' })}
      />
    </>
  );
}

function FailureTile({ activity, since }: { readonly activity: Props['lastMinute']; readonly since: string }) {
  const failed = activity ? failuresOf(activity.by_exit_reason).reduce((sum, { count }) => sum + count, 0) : null;
  const ended = activity?.ended ?? 0;
  return (
    <Tile
      label="Failed"
      value={formatCount(failed)}
      note={failed === null || ended === 0 ? 'In the last minute' : `${formatShare(failed / ended)} of the last minute`}
      to={executionsLink({ status: 'failed', created_after: since })}
    />
  );
}

type TimeProps = { readonly label: string; readonly times: Activity['queue_ms'] | undefined; readonly since: string };

function TimeTile({ label, times, since }: TimeProps) {
  const note = times ? (
    <>
      <span className="nowrap">p95 {formatDuration(times.p95)},</span>{' '}
      <span className="nowrap">p99 {formatDuration(times.p99)}</span>
    </>
  ) : (
    'None in the last minute'
  );
  return (
    <Tile label={label} value={formatDuration(times?.p50)} note={note} to={executionsLink({ created_after: since })} />
  );
}

/** Few are told exactly. */
export function formatRate(perSecond: number): string {
  return perSecond.toLocaleString('en', { maximumFractionDigits: perSecond < 10 ? 2 : 0 });
}
