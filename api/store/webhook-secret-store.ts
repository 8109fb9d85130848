/** What signs the events of an organization that go to a `callback_url`. */
import { sql, type Selectable } from 'kysely';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import { orDatabaseError, type Db } from './database.ts';
import type { WebhookSecretTable } from './schema.ts';

export type WebhookSecretRow = Selectable<WebhookSecretTable>;

/** A secret that takes over, and how long the one before goes on beside it. */
export type Rotation = { readonly secret: string; readonly overlapSeconds: number };

export function createWebhookSecretStore({ db }: { readonly db: Db }) {
  return {
    /** `secret` is taken where there is none yet. */
    async find(organizationId: OrganizationId, secret: string): Promise<WebhookSecretRow> {
      return orDatabaseError(async () => {
        const find = () => db.selectFrom('webhook_secrets').selectAll().where('organization_id', '=', organizationId);
        const found = await find().executeTakeFirst();
        if (found !== undefined) return found;
        await db
          .insertInto('webhook_secrets')
          .values({ organization_id: organizationId, secret })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        return find().executeTakeFirstOrThrow();
      });
    },

    async rotate(organizationId: OrganizationId, rotation: Rotation): Promise<WebhookSecretRow> {
      return orDatabaseError(() =>
        db
          .insertInto('webhook_secrets')
          .values({ organization_id: organizationId, secret: rotation.secret })
          .onConflict((conflict) =>
            conflict.column('organization_id').doUpdateSet(rotated(rotation, 'webhook_secrets.')),
          )
          .returningAll()
          .executeTakeFirstOrThrow(),
      );
    },
  };
}

export type WebhookSecretStore = ReturnType<typeof createWebhookSecretStore>;

/** The columns of a rotation. One secret before this one goes on: whoever rotates twice wants the first to end. */
export function rotated({ secret, overlapSeconds }: Rotation, table = '') {
  return {
    secret,
    previous_secret: sql<string>`${sql.raw(`${table}secret`)}`,
    previous_until: sql<Date>`clock_timestamp() + ${overlapSeconds} * interval '1 second'`,
  };
}
