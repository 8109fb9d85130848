/** What was used over a time: of one organization, or of all. */
import { z } from 'zod';
import { OrganizationId } from './ids.ts';
import { EXIT_REASONS } from './statuses.ts';

/** Days begin at midnight UTC. */
export const UsageGranularity = z.enum(['hour', 'day']);
export type UsageGranularity = z.infer<typeof UsageGranularity>;

const count = z.int().min(0);
const seconds = z.number().min(0);
const bytes = z.number().min(0);
const tokens = z.number().min(0);

export const ExecutionCounts = z.record(z.enum(EXIT_REASONS), count);

/** Executions and responses count when they end, in the hour in which they ended. */
export const UsageSums = z
  .strictObject({
    executions: count.describe('Executions that ended.'),
    by_exit_reason: ExecutionCounts,
    cpu_seconds: seconds,
    wall_seconds: seconds.describe('Wall-clock time of the code.'),
    queue_seconds: seconds.describe('From acknowledged to taken by a worker.'),
    input_bytes: bytes.describe('Code, stdin and files that executions were given.'),
    output_bytes: bytes.describe('Outputs, as JSON.'),
    responses: count.describe('Responses that ended; the code that they ran counts as executions.'),
    input_tokens: tokens.describe('What models read, as their providers count.'),
    output_tokens: tokens.describe('What models wrote.'),
  })
  .meta({ id: 'UsageSums' });
export type UsageSums = z.infer<typeof UsageSums>;

const time = z.iso.datetime();

export const UsageBucket = UsageSums.extend({
  start: time,
  end: time.describe('Exclusive.'),
}).meta({ id: 'UsageBucket' });

const report = {
  object: z.literal('usage'),
  granularity: UsageGranularity,
  from: time.describe('As asked for, but at the beginning of an hour or day.'),
  to: time.describe('Exclusive; at the end of an hour or day.'),
  totals: UsageSums,
  data: z.array(UsageBucket).describe('Every hour or day, oldest first.'),
};

export const UsageReport = z.strictObject({ organization_id: OrganizationId, ...report }).meta({ id: 'UsageReport' });
export type UsageReport = z.infer<typeof UsageReport>;

export const ServiceUsageReport = z
  .strictObject({
    ...report,
    organizations: z
      .array(UsageSums.extend({ organization_id: OrganizationId }).meta({ id: 'OrganizationUsage' }))
      .describe('Those that used most CPU time, most first.'),
  })
  .meta({ id: 'ServiceUsageReport' });
export type ServiceUsageReport = z.infer<typeof ServiceUsageReport>;
