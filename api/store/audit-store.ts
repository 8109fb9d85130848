/** The record of who did what: added to and read, never changed. */
import type { Selectable } from 'kysely';
import type { ActorType, AuditOutcome } from '../../shared/contracts/audit.ts';
import { orDatabaseError, type Db } from './database.ts';
import type { AuditEntryTable } from './operator-schema.ts';

export type AuditEntryRow = Selectable<AuditEntryTable>;

export type NewAuditEntry = Omit<AuditEntryRow, 'id' | 'at'>;

export type AuditQuery = {
  readonly limit: number;
  /** Entries that come after this one in the list, thus older ones. */
  readonly after?: string | undefined;
  readonly organizationId?: string | undefined;
  readonly action?: string | undefined;
  readonly actorType?: ActorType | undefined;
  readonly actorId?: string | undefined;
  readonly outcome?: AuditOutcome | undefined;
};

export function createAuditStore({ db }: { readonly db: Db }) {
  return {
    async add({ details, ...entry }: NewAuditEntry): Promise<void> {
      await orDatabaseError(() =>
        db
          .insertInto('audit_entries')
          .values({ ...entry, details: JSON.stringify(details) })
          .execute(),
      );
    },

    /** Newest first; one more than `limit` tells that there are more. */
    async list(query: AuditQuery): Promise<AuditEntryRow[]> {
      return orDatabaseError(() => page(db, query).execute());
    },
  };
}

export type AuditStore = ReturnType<typeof createAuditStore>;

function page(db: Db, { limit, after, organizationId, action, actorType, actorId, outcome }: AuditQuery) {
  return db
    .selectFrom('audit_entries')
    .selectAll()
    .$if(after !== undefined, (select) => select.where('id', '<', after ?? ''))
    .$if(organizationId !== undefined, (select) => select.where('organization_id', '=', organizationId ?? ''))
    .$if(action !== undefined, (select) => select.where('action', '=', action ?? ''))
    .$if(actorType !== undefined, (select) => select.where('actor_type', '=', actorType ?? 'unknown'))
    .$if(actorId !== undefined, (select) => select.where('actor_id', '=', actorId ?? ''))
    .$if(outcome !== undefined, (select) => select.where('outcome', '=', outcome ?? 'done'))
    .orderBy('id', 'desc')
    .limit(limit + 1);
}
