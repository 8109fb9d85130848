/** Live events of an execution. Hints that may be lost: a reader that must be sure reads the row again. */
import { z } from 'zod';
import { Output } from './execution.ts';
import { ExecutionId } from './ids.ts';

/**
 * What stands in the execution's Redis stream. A higher `attempt` voids the outputs of the lower. The end is not among
 * them: it is announced to all processes, and read from the row.
 */
export const LiveEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), attempt: z.int(), started_at_ms: z.number() }),
  z.object({ type: z.literal('output'), attempt: z.int(), output: Output }),
]);
export type LiveEvent = z.infer<typeof LiveEvent>;

/** Names of the server-sent events of `GET /v1/executions/{id}/events`. */
export const SSE_EVENTS = {
  queued: 'execution.queued',
  started: 'execution.started',
  output: 'execution.output',
  finished: 'execution.finished',
} as const;

/** The data of `execution.output`. */
export const OutputEvent = z
  .strictObject({ id: ExecutionId, attempt: z.int(), output: Output })
  .meta({ id: 'OutputEvent' });
export type OutputEvent = z.infer<typeof OutputEvent>;
