/** What operators see of a worker. */
import { z } from 'zod';
import { WorkerId, WorkerMachine } from './worker-status.ts';

/**
 * `taking`: new executions come to it. `draining`: it was told to end. `paused`: operators hold it. `unable`: its engine
 * starts no sandboxes. `dead`: nothing was heard of it for 5 seconds, and it had not said that it ends.
 */
export const WorkerState = z.enum(['taking', 'draining', 'paused', 'unable', 'dead']);
export type WorkerState = z.infer<typeof WorkerState>;

const time = z.iso.datetime();

export const OperatorWorker = z
  .strictObject({
    id: WorkerId,
    object: z.literal('worker'),
    state: WorkerState.describe('`paused` while operators hold it, `unable` while its engine starts no sandboxes.'),
    host: z.string(),
    service_version: z.string(),
    image_hash: z.string().describe('The id of the sandbox image in its engine.'),
    python: z.string().nullable(),
    runtime: z.string(),
    slots: z.int(),
    busy: z.int().describe('Executions that run on it.'),
    sandboxes: z.strictObject({
      warm: z.int().describe('Wait for an organization.'),
      bound: z.int().describe('Belong to one.'),
      starting: z.int(),
    }),
    engine: z.strictObject({ healthy: z.boolean(), version: z.string().nullable(), detail: z.string().nullable() }),
    machine: WorkerMachine.nullable().describe('`null`: its version does not tell.'),
    started_at: time,
    heartbeat_age_ms: z.int().describe('At 5,000 it counts as dead.'),
  })
  .meta({ id: 'OperatorWorker' });
export type OperatorWorker = z.infer<typeof OperatorWorker>;

export const OperatorWorkerList = z
  .strictObject({
    object: z.literal('list'),
    data: z.array(OperatorWorker),
    has_more: z.literal(false),
    first_id: WorkerId.nullable(),
    last_id: WorkerId.nullable(),
  })
  .meta({ id: 'OperatorWorkerList' });
