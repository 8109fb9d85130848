/** What operators look at first: how the service does now, and how it did. */
import { z } from 'zod';
import { OrganizationId } from './ids.ts';
import { QueueState } from './operator-queue.ts';
import { WorkerState } from './operator-worker.ts';
import { ExecutionCounts } from './usage.ts';
import { WorkerId } from './worker-status.ts';

/** An hour by minutes, a day by quarters of an hour, a week by hours. */
export const OverviewRange = z.enum(['hour', 'day', 'week']);
export type OverviewRange = z.infer<typeof OverviewRange>;

const count = z.int().min(0);
const time = z.iso.datetime();

export const Percentiles = z
  .strictObject({ p50: z.number(), p95: z.number(), p99: z.number() })
  .meta({ id: 'Percentiles', description: 'In milliseconds, to within a tenth.' });
export type Percentiles = z.infer<typeof Percentiles>;

const activity = {
  created: count.describe('Executions taken in.'),
  started: count.describe('Executions that began to run.'),
  ended: count,
  by_exit_reason: ExecutionCounts,
  queue_ms: Percentiles.nullable().describe('How long those that ended had waited; `null` if none ended.'),
  wall_ms: Percentiles.nullable().describe('How long those that ended had run.'),
};

export const Activity = z.strictObject(activity).meta({ id: 'Activity' });
export type Activity = z.infer<typeof Activity>;

export const ActivityBucket = z
  .strictObject({ start: time, end: time.describe('Exclusive.'), ...activity })
  .meta({ id: 'ActivityBucket' });
export type ActivityBucket = z.infer<typeof ActivityBucket>;

const HealthPart = z.strictObject({ ok: z.boolean(), detail: z.string() });

export const OverviewNow = z
  .strictObject({
    at: time,
    queue: QueueState.nullable().describe('`null` while Redis or the database does not answer.'),
    workers: z.array(
      z.strictObject({
        id: WorkerId,
        host: z.string(),
        state: WorkerState,
        slots: count,
        busy: count,
        warm: count,
        bound: count,
      }),
    ),
    health: z.strictObject({
      database: HealthPart,
      redis: HealthPart,
      engines: HealthPart.describe('Those of the workers together.'),
    }),
  })
  .meta({ id: 'OverviewNow' });
export type OverviewNow = z.infer<typeof OverviewNow>;

export const Overview = z
  .strictObject({
    object: z.literal('overview'),
    range: OverviewRange,
    from: time,
    to: time.describe('Exclusive: the end of the bucket that is under way.'),
    bucket_seconds: count,
    totals: Activity,
    data: z.array(ActivityBucket).describe('Every bucket, oldest first.'),
    organizations: z
      .array(
        z.strictObject({
          organization_id: OrganizationId,
          name: z.string(),
          executions: count,
          cpu_seconds: z.number(),
        }),
      )
      .describe('Those that used most CPU time, most first; by whole hours.'),
    now: OverviewNow,
  })
  .meta({ id: 'Overview' });
export type Overview = z.infer<typeof Overview>;

/** The `data` of the event `overview`. */
export const OverviewTick = z
  .strictObject({
    object: z.literal('overview.tick'),
    now: OverviewNow,
    last_minute: Activity.nullable().describe('Of the 60 seconds before; `null` while the database does not answer.'),
  })
  .meta({ id: 'OverviewTick' });
export type OverviewTick = z.infer<typeof OverviewTick>;
