/** Organizations and what operators set for them. */
import { sql, type Selectable } from 'kysely';
import type { Isolation } from '../../shared/contracts/execution.ts';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import type { OrganizationStatus } from '../../shared/contracts/organization.ts';
import { orDatabaseError, type Db } from './database.ts';
import type { OrganizationTable } from './schema.ts';

export type OrganizationRow = Selectable<OrganizationTable>;

export type OrganizationQuery = {
  readonly limit: number;
  /** Organizations that come after this one in the list, thus older ones. */
  readonly after?: OrganizationId | undefined;
  readonly status?: OrganizationStatus | undefined;
  /** What the name begins with, in capitals or not. */
  readonly namePrefix?: string | undefined;
};

export type OrganizationChange = {
  readonly name?: string | undefined;
  readonly interpreter?: boolean | undefined;
  readonly isolation?: Isolation | null | undefined;
  readonly default_model?: string | null | undefined;
};

export type NewOrganization = OrganizationChange & { readonly id: OrganizationId; readonly name: string };

export function createOrganizationStore({ db }: { readonly db: Db }) {
  return {
    async find(id: OrganizationId): Promise<OrganizationRow | undefined> {
      return orDatabaseError(() => db.selectFrom('organizations').selectAll().where('id', '=', id).executeTakeFirst());
    },

    /** Newest first; one more than `limit` tells that there are more. */
    async list(query: OrganizationQuery): Promise<OrganizationRow[]> {
      return orDatabaseError(() => page(db, query).execute());
    },

    async insert({ id, name, ...change }: NewOrganization): Promise<OrganizationRow> {
      return orDatabaseError(() =>
        db
          .insertInto('organizations')
          .values({ id, name, ...given(change) })
          .returningAll()
          .executeTakeFirstOrThrow(),
      );
    },

    /** @returns the row as it is then; undefined where there is none, or none that stays */
    async update(id: OrganizationId, change: OrganizationChange): Promise<OrganizationRow | undefined> {
      return orDatabaseError(() =>
        db
          .updateTable('organizations')
          .set({ id, ...given(change) }) // never without a column, however little is changed
          .where('id', '=', id)
          .where('status', '<>', 'deleting')
          .returningAll()
          .executeTakeFirst(),
      );
    },

    /** @returns whether there is such an organization */
    async setQueuePaused(id: OrganizationId, paused: boolean): Promise<boolean> {
      const result = await orDatabaseError(() =>
        db.updateTable('organizations').set({ queue_paused: paused }).where('id', '=', id).executeTakeFirst(),
      );
      return result.numUpdatedRows > 0n;
    },

    /** One that is being deleted stays so. @returns the row as it is then; undefined where there is none */
    async setStatus(id: OrganizationId, status: OrganizationStatus): Promise<OrganizationRow | undefined> {
      return orDatabaseError(() =>
        db
          .updateTable('organizations')
          .set({ status: sql<OrganizationStatus>`case when status = 'deleting' then status else ${status} end` })
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst(),
      );
    },
  };
}

export type OrganizationStore = ReturnType<typeof createOrganizationStore>;

function given({ name, interpreter, isolation, default_model }: OrganizationChange) {
  return {
    ...(name !== undefined && { name }),
    ...(interpreter !== undefined && { interpreter }),
    ...(isolation !== undefined && { isolation }),
    ...(default_model !== undefined && { default_model }),
  };
}

function page(db: Db, { limit, after, status, namePrefix }: OrganizationQuery) {
  return db
    .selectFrom('organizations')
    .selectAll()
    .$if(status !== undefined, (select) => select.where('status', '=', sql<OrganizationStatus>`${status}`))
    .$if(namePrefix !== undefined, (select) =>
      select.where(sql<boolean>`starts_with(lower(name), lower(${namePrefix}))`),
    )
    .$if(after !== undefined, (select) =>
      select.where(sql<boolean>`(created_at, id) < (select created_at, id from organizations where id = ${after})`),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
}
