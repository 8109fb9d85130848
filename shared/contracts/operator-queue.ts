/** What operators see of the queue: as a whole, and of each organization. */
import { z } from 'zod';
import { ExecutionId, OrganizationId } from './ids.ts';

const count = z.int().min(0);

export const QueueState = z
  .strictObject({
    object: z.literal('queue'),
    paused: z.boolean().describe('While operators hold back all organizations.'),
    queued: count.describe('Executions that wait for dispatch.'),
    in_flight: count.describe('Dispatched and not ended.'),
    slots: count.describe('Of the workers that take executions.'),
    oldest_queued_seconds: z.number().nullable().describe('Age of the oldest execution that has not started.'),
    results_backlog: z
      .strictObject({ reports: count, bytes: count })
      .describe('Reports of workers that no api process has recorded.'),
  })
  .meta({ id: 'QueueState' });
export type QueueState = z.infer<typeof QueueState>;

export const OrganizationQueue = z
  .strictObject({
    object: z.literal('organization.queue'),
    organization_id: OrganizationId,
    paused: z.boolean().describe('While its executions are held back: by operators, or because it is suspended.'),
    queued: count,
    queued_bytes: z.number().min(0).describe('Code and stdin of what waits.'),
    in_flight: count.describe('Dispatched and not ended.'),
    running: count.describe('Of those, what runs on a slot; a worker tells of a start after a moment.'),
    running_max: count.nullable().describe('Most that are in flight at a time; `null`: as many as there are slots.'),
    weight: z.number(),
    share: z
      .number()
      .nullable()
      .describe('Part of the turns that it gets now, from 0 to 1; `null` while nothing of it could be served.'),
    oldest_execution_id: ExecutionId.nullable(),
    oldest_queued_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'OrganizationQueue' });
export type OrganizationQueue = z.infer<typeof OrganizationQueue>;

export const OrganizationQueueList = z
  .strictObject({
    object: z.literal('list'),
    data: z.array(OrganizationQueue),
    has_more: z.boolean(),
    first_id: OrganizationId.nullable(),
    last_id: OrganizationId.nullable().describe('Give it as `after` to get the next page.'),
  })
  .meta({ id: 'OrganizationQueueList' });
