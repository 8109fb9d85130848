/** What operators see of executions, of whichever organization, and what they ask for. */
import { z } from 'zod';
import { Execution, ExecutionSummary } from './execution.ts';
import { ExecutionId, OrganizationId } from './ids.ts';
import { WorkerId } from './worker-status.ts';

const time = z.iso.datetime().nullable();

const carriage = {
  worker_id: z.string().nullable().describe('Where it runs, or ran last.'),
  generation: z.int().describe('How often it was dispatched.'),
  losses: z.int().describe('How often a run was given up because its worker was gone.'),
  input_bytes: z.number().describe('Code and stdin.'),
  output_bytes: z.number().describe('Outputs, as JSON.'),
  dispatched_at: time.describe('Last time that it was taken from the backlog; `null` if it never waited.'),
  cancel_requested_at: time,
};

export const OperatorExecutionSummary = ExecutionSummary.extend(carriage).meta({ id: 'OperatorExecutionSummary' });
export type OperatorExecutionSummary = z.infer<typeof OperatorExecutionSummary>;

export const OperatorExecution = Execution.extend({
  ...carriage,
  container_id: z
    .string()
    .nullable()
    .describe('Short id of the container in which its code runs, or ran last; `null` where no worker told of one.'),
  stdin: z.string(),
}).meta({ id: 'OperatorExecution' });
export type OperatorExecution = z.infer<typeof OperatorExecution>;

export const OperatorExecutionList = z
  .strictObject({
    object: z.literal('list'),
    data: z.array(OperatorExecutionSummary),
    has_more: z.boolean(),
    first_id: ExecutionId.nullable(),
    last_id: ExecutionId.nullable().describe('Give it as `after` to get the next page.'),
  })
  .meta({ id: 'OperatorExecutionList' });

const instant = z.iso
  .datetime({ offset: true, error: 'must be a time in ISO 8601, such as 2026-01-31T12:00:00Z' })
  .describe('In ISO 8601.');

/** Everything is never meant. */
const FILTERS = ['organization_id', 'status', 'worker_id', 'created_after', 'created_before'] as const;

export const CancelExecutions = z
  .strictObject({
    organization_id: OrganizationId.optional(),
    status: z.enum(['queued', 'running']).optional(),
    worker_id: WorkerId.optional().describe('Those that run there.'),
    created_after: instant.optional(),
    created_before: instant.optional(),
    dry_run: z.boolean().default(false).describe('Only tells how many it would be.'),
  })
  .refine((asked) => FILTERS.some((name) => asked[name] !== undefined), {
    error: `must say which executions: give at least one of ${FILTERS.join(', ')}`,
  })
  .meta({ id: 'CancelExecutions' });
export type CancelExecutions = z.infer<typeof CancelExecutions>;

export const CancelledExecutions = z
  .strictObject({
    object: z.literal('execution.cancellation'),
    dry_run: z.boolean(),
    matched: z.int().describe('Open executions that the filter named and nobody had cancelled before.'),
    cancelled: z.int().describe('Had not started and have ended now.'),
    stopping: z.int().describe('Run; their workers were told.'),
    remaining: z.int().describe('Not reached in the time of one call: call again.'),
  })
  .meta({ id: 'CancelledExecutions' });
export type CancelledExecutions = z.infer<typeof CancelledExecutions>;
