/** Endpoints and signing secrets of an organization. */
import { sql, type Selectable } from 'kysely';
import type { OrganizationId, WebhookEndpointId } from '../../shared/contracts/ids.ts';
import type { EndpointStatus, WebhookEventType } from '../../shared/contracts/webhook.ts';
import { orDatabaseError, type Db } from './database.ts';
import type { WebhookEndpointTable } from './schema.ts';
import { rotated, type Rotation } from './webhook-secret-store.ts';

export type WebhookEndpointRow = Selectable<WebhookEndpointTable>;

export type NewWebhookEndpoint = {
  readonly id: WebhookEndpointId;
  readonly url: string;
  readonly events: readonly WebhookEventType[];
  readonly description: string;
  readonly secret: string;
};

export type WebhookEndpointChange = {
  readonly url?: string | undefined;
  readonly events?: readonly WebhookEventType[] | undefined;
  readonly description?: string | undefined;
  readonly status?: EndpointStatus | undefined;
};

/** Deliveries that one statement removes: so few that it stays far from its time limit. */
const BATCH = 1_000;

export function createWebhookEndpointStore({ db }: { readonly db: Db }) {
  /** One that is enabled begins with a clean slate. @returns the row as it is then */
  async function update(
    organizationId: OrganizationId,
    id: WebhookEndpointId,
    { url, events, description, status }: WebhookEndpointChange,
  ): Promise<WebhookEndpointRow | undefined> {
    return orDatabaseError(() =>
      db
        .updateTable('webhook_endpoints')
        .set({
          id, // never without a column, however little is changed
          ...(url !== undefined && { url }),
          ...(events !== undefined && { events }),
          ...(description !== undefined && { description }),
          ...(status !== undefined && { status }),
          ...(status === 'enabled' && { failing_since: null }),
        })
        .where('organization_id', '=', organizationId)
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst(),
    );
  }

  return {
    /** @returns undefined where the organization has `max` already */
    async insert(
      organizationId: OrganizationId,
      { id, url, events, description, secret }: NewWebhookEndpoint,
      max: number,
    ): Promise<WebhookEndpointRow | undefined> {
      return orDatabaseError(() =>
        db.transaction().execute(async (transaction) => {
          // Others that add one wait here: two that count at once would both find room.
          await sql`select 1 from organizations where id = ${organizationId} for no key update`.execute(transaction);
          const { count } = await transaction
            .selectFrom('webhook_endpoints')
            .select((of) => of.fn.countAll<string>().as('count'))
            .where('organization_id', '=', organizationId)
            .executeTakeFirstOrThrow();
          if (Number(count) >= max) return undefined;
          return transaction
            .insertInto('webhook_endpoints')
            .values({ id, organization_id: organizationId, url, events, description, secret })
            .returningAll()
            .executeTakeFirstOrThrow();
        }),
      );
    },

    async find(organizationId: OrganizationId, id: WebhookEndpointId): Promise<WebhookEndpointRow | undefined> {
      return orDatabaseError(() => own(db, organizationId, id).executeTakeFirst());
    },

    /** Newest first; all of them: there are few. */
    async list(organizationId: OrganizationId): Promise<WebhookEndpointRow[]> {
      return orDatabaseError(() =>
        db
          .selectFrom('webhook_endpoints')
          .selectAll()
          .where('organization_id', '=', organizationId)
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .execute(),
      );
    },

    update,

    async rotate(
      organizationId: OrganizationId,
      id: WebhookEndpointId,
      rotation: Rotation,
    ): Promise<WebhookEndpointRow | undefined> {
      return orDatabaseError(() =>
        db
          .updateTable('webhook_endpoints')
          .set(rotated(rotation))
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst(),
      );
    },

    /** With its deliveries, little by little. @returns whether there was one */
    async delete(organizationId: OrganizationId, id: WebhookEndpointId): Promise<boolean> {
      // It gets no new deliveries while the old ones go.
      const found = await update(organizationId, id, { status: 'disabled' });
      if (found === undefined) return false;
      await deleteDeliveries(db, id);
      await orDatabaseError(() =>
        db.deleteFrom('webhook_endpoints').where('organization_id', '=', organizationId).where('id', '=', id).execute(),
      );
      return true;
    },
  };
}

export type WebhookEndpointStore = ReturnType<typeof createWebhookEndpointStore>;

function own(db: Db, organizationId: OrganizationId, id: WebhookEndpointId) {
  return db
    .selectFrom('webhook_endpoints')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', '=', id);
}

async function deleteDeliveries(db: Db, of: WebhookEndpointId): Promise<void> {
  let deleted: number;
  do {
    const result = await orDatabaseError(() =>
      sql`delete from webhook_deliveries
        where id in (select id from webhook_deliveries where endpoint_id = ${of} limit ${BATCH})`.execute(db),
    );
    deleted = Number(result.numAffectedRows ?? 0);
  } while (deleted === BATCH);
}
