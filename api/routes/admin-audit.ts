/** Who did what, from where, to what: for operators. */
import { z } from 'zod';
import { ActorType, AuditAction, AuditEntry, AuditEntryId, AuditOutcome } from '../../shared/contracts/audit.ts';
import { AccountId, ApiKeyId, OrganizationId } from '../../shared/contracts/ids.ts';
import { defineOperatorRoute, type Route } from '../http/define-route.ts';
import type { Audit } from '../services/audit.ts';
import { listAnswer, listSchema, pageQuery } from './lists.ts';

const Query = z.strictObject({
  ...pageQuery(AuditEntryId),
  organization_id: OrganizationId.optional(),
  action: AuditAction.optional(),
  actor_type: ActorType.optional(),
  actor_id: z.union([ApiKeyId, AccountId]).optional().describe('Of a key or an account.'),
  outcome: AuditOutcome.optional(),
});

const AuditList = listSchema(AuditEntry, 'AuditList');

export function createAdminAuditRoutes(audit: Pick<Audit, 'list'>): Route[] {
  return [
    defineOperatorRoute({
      role: 'viewer',
      method: 'get',
      path: '/admin/api/audit',
      operationId: 'listAuditEntries',
      summary: 'List who did what',
      description:
        'Newest first. What operators and the keys of organizations changed or tried to, and what the service did to ' +
        'organizations by itself. Entries are never changed or removed.',
      query: Query,
      answers: [{ status: 200, description: 'A page.', schema: AuditList }],
      errors: ['VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      handle: async ({ query }) => listAnswer(await audit.list(queryOf(query))),
    }),
  ];
}

function queryOf({ limit, after, action, outcome, ...query }: z.infer<typeof Query>) {
  const { organization_id: organizationId, actor_type: typeGiven, actor_id: actorId } = query;
  const actorType = typeGiven ?? (actorId === undefined ? undefined : typeOf(actorId));
  return { limit, after, action, outcome, organizationId, actorType, actorId };
}

/** The index knows an actor by both; its id tells which it is. */
function typeOf(actorId: string): ActorType {
  return AccountId.safeParse(actorId).success ? 'account' : 'key';
}
