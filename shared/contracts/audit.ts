/** The record of who did what, from where, to what. */
import { z } from 'zod';
import { JsonValue } from './errors.ts';

/** `operator`: with the operators' token. `account`: logged in. `unknown`: was let in as nobody. `service`: the service by itself. */
export const ActorType = z.enum(['operator', 'account', 'key', 'service', 'unknown']);
export type ActorType = z.infer<typeof ActorType>;

export const AuditOutcome = z.enum(['done', 'denied', 'failed']);
export type AuditOutcome = z.infer<typeof AuditOutcome>;

/** A noun and a verb: `organization.suspend`. */
export const AuditAction = z
  .string()
  .max(64)
  .regex(/^[a-z_]+\.[a-z_]+$/, 'an action: a noun, a dot and a verb, such as organization.suspend');

/** Where an entry stands: a number that grows. */
export const AuditEntryId = z.string().regex(/^[1-9]\d{0,17}$/, 'an id of an audit entry: a whole number');

export type Actor = {
  readonly type: ActorType;
  /** Of the key or account; null where there is no more to tell. */
  readonly id: string | null;
  /** Address that the request came from. */
  readonly address: string | null;
};

/** Whom a request came from, and which request. */
export type Origin = { readonly actor: Actor; readonly requestId: string | null };

/** A request before it is known who sends it. */
export type Attempt = {
  readonly address: string;
  readonly requestId: string | null;
  readonly method: string;
  /** As the API describes it: `/v1/executions/{id}`. */
  readonly route: string;
  /** The id in its path, if it has the form of one. */
  readonly targetId: string | null;
};

export const AuditEntry = z
  .strictObject({
    id: AuditEntryId,
    object: z.literal('audit_entry'),
    at: z.iso.datetime(),
    actor: z.strictObject({
      type: ActorType,
      id: z.string().nullable().describe('Of the key or account.'),
      address: z.string().nullable(),
    }),
    request_id: z.string().nullable().describe('As `x-request-id` of the answer tells.'),
    action: z.string(),
    outcome: AuditOutcome,
    organization_id: z.string().nullable(),
    target_id: z.string().nullable().describe('What it was done to.'),
    details: z.record(z.string(), JsonValue).describe('Ids, numbers and names of fields; never content or secrets.'),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof AuditEntry>;
