/** Schemas and parameters that several routes share. */
import { z } from 'zod';
import { ExecutionSummary } from '../../shared/contracts/execution.ts';
import { ExecutionId, OrganizationId } from '../../shared/contracts/ids.ts';

export const ExecutionParams = z.strictObject({ id: ExecutionId });
export const OrganizationParams = z.strictObject({ id: OrganizationId });

export const ExecutionList = z
  .strictObject({
    object: z.literal('list'),
    data: z.array(ExecutionSummary),
    has_more: z.boolean(),
    first_id: ExecutionId.nullable(),
    last_id: ExecutionId.nullable().describe('Give it as `after` to get the next page.'),
  })
  .meta({ id: 'ExecutionList' });

export const DeletedExecution = z
  .strictObject({ id: ExecutionId, object: z.literal('execution'), deleted: z.literal(true) })
  .meta({ id: 'DeletedExecution' });

export const EVENTS_DESCRIPTION =
  'Server-sent events: `execution.queued`, `execution.started`, `execution.output` and at the end `execution.finished` ' +
  'with the whole execution. Every event has an id for `Last-Event-ID`. An `attempt` higher than before voids the ' +
  'outputs of the lower one. Events may miss an output that was too large or came in an outage; the last one has all.';

/** A whole number in a query, where everything is text. */
export function queryNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${String(min)} to ${String(max)}`)
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .meta({
      override({ jsonSchema }) {
        delete jsonSchema.pattern;
        Object.assign(jsonSchema, { type: 'integer', minimum: min, maximum: max });
      },
    });
}

/** A time in a query. */
export const queryTime = z.iso
  .datetime({ offset: true, error: 'must be a time in ISO 8601, such as 2026-01-31T12:00:00Z' })
  .transform((text) => new Date(text));
