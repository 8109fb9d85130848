/** What responses used: sums by hour, by trigger. They end seldom enough to be added up at once. */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table response_usage_hours (
    organization_id text not null references organizations (id) on delete cascade,
    hour timestamptz not null,
    responses double precision not null,
    input_tokens double precision not null,
    output_tokens double precision not null,
    primary key (organization_id, hour)
  )`,
  `create index response_usage_hours_by_hour on response_usage_hours (hour)`,
  // What ended before anyone counted.
  `insert into response_usage_hours
    select organization_id, date_trunc('hour', completed_at, 'UTC'), count(*), sum(input_tokens), sum(output_tokens)
    from responses where completed_at is not null group by 1, 2`,
  // In the statement that ends the response, whichever it is: each is counted once, however often its end is told.
  `create function count_response_usage() returns trigger language plpgsql as $$ begin
    insert into response_usage_hours as known (organization_id, hour, responses, input_tokens, output_tokens)
    values (new.organization_id, date_trunc('hour', new.completed_at, 'UTC'), 1, new.input_tokens, new.output_tokens)
    on conflict (organization_id, hour) do update set
      responses = known.responses + excluded.responses, input_tokens = known.input_tokens + excluded.input_tokens,
      output_tokens = known.output_tokens + excluded.output_tokens;
    return null;
  end $$`,
  `create trigger responses_usage after update of status on responses for each row
    when (old.status in ('queued', 'in_progress') and new.status not in ('queued', 'in_progress'))
    execute function count_response_usage()`,
];
