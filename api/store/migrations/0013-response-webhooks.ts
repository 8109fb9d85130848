/** Ends of responses are posted to endpoints too. */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table webhook_deliveries
    add column response_id text references responses (id) on delete cascade,
    add constraint webhook_deliveries_about_one check (execution_id is null or response_id is null)`,
  `create index webhook_deliveries_by_response on webhook_deliveries (response_id) where response_id is not null`,
  // In the statement that ends the response, whichever it is: as for executions.
  `create function owe_response_webhooks() returns trigger language plpgsql as $$
    declare event text := 'response.' || new.status;
  begin
    -- Locked, so that one that is deleted meanwhile is left out rather than missed by the foreign key.
    with endpoints as (select id, url from webhook_endpoints
      where organization_id = new.organization_id and status = 'enabled' and event = any (events) for key share)
    insert into webhook_deliveries (organization_id, endpoint_id, receiver, url, event_type, response_id)
    select new.organization_id, id, receiver_of(id, url), url, event, new.id from endpoints;
    return null;
  end $$`,
  `create trigger responses_webhooks after update of status on responses for each row
    when (old.status in ('queued', 'in_progress') and new.status not in ('queued', 'in_progress'))
    execute function owe_response_webhooks()`,
];
