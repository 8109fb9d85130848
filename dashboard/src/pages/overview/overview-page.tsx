/** Whether all is well: now, as it happens, and over the last hour, day or week. */
import { SegmentedControl, Skeleton } from '@mantine/core';
import { memo } from 'react';
import type { Overview, OverviewNow } from '../../../../shared/contracts/operator-overview.ts';
import type { StreamState } from '../../api/use-events.ts';
import { Page } from '../../parts/page.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { FailuresChart, OpenChart, RateChart, TimesChart } from './charts.tsx';
import { HealthSection } from './health-section.tsx';
import { NowTiles } from './now-tiles.tsx';
import { OrganizationsSection } from './organizations-section.tsx';
import { SlotsSection } from './slots-section.tsx';
import { rangeOf, RANGES, useOverview, useOverviewTick } from './use-overview.ts';
import './overview-page.css';

const DEFAULTS = { range: 'hour' };

export function OverviewPage() {
  const [{ range }, setState] = useUrlState(DEFAULTS);
  const overview = useOverview(rangeOf(range));
  const { tick, stream } = useOverviewTick();
  const now = tick?.now ?? overview.data?.now;
  return (
    <Page
      title="Overview"
      description="How the service does."
      actions={
        <>
          <LiveBadge stream={stream} />
          <SegmentedControl
            aria-label="Time shown"
            data={[...RANGES]}
            value={rangeOf(range)}
            onChange={(value) => {
              setState({ range: value });
            }}
          />
        </>
      }
    >
      {now === undefined ? <NowSkeleton /> : <NowTiles now={now} lastMinute={tick?.last_minute} />}
      {now !== undefined && <Parts now={now} />}
      {overview.error !== null && (
        <ErrorState
          error={overview.error}
          title="The last hours could not be loaded"
          onRetry={() => void overview.refetch()}
        />
      )}
      {(overview.error === null || overview.data !== undefined) && <Charts overview={overview.data} />}
    </Page>
  );
}

function LiveBadge({ stream }: { readonly stream: StreamState }) {
  if (stream === 'open') return <StatusBadge status="live" tone="busy" />;
  if (stream === 'opening') return <StatusBadge status="connecting" tone="idle" />;
  return <StatusBadge status="waiting" tone="warn" label={stream === 'ended' ? 'not live' : 'connection lost'} />;
}

function NowSkeleton() {
  return (
    <div role="status" aria-label="Loading">
      <Skeleton height={92} />
    </div>
  );
}

function Parts({ now }: { readonly now: OverviewNow }) {
  return (
    <div className="overview-parts">
      <SlotsSection workers={now.workers} />
      <HealthSection health={now.health} />
    </div>
  );
}

/** Apart from what changes every other second: they are drawn anew with new numbers alone. */
const Charts = memo(function Charts({ overview }: { readonly overview: Overview | undefined }) {
  return (
    <div className="overview-charts">
      <RateChart overview={overview} />
      <OpenChart overview={overview} />
      <TimesChart overview={overview} of="queue_ms" />
      <TimesChart overview={overview} of="wall_ms" />
      <FailuresChart overview={overview} />
      <OrganizationsSection overview={overview} />
    </div>
  );
});
