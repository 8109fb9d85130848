/** What organizations used: one entry per ended execution, by trigger, summed up by hour in the background. */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table executions add column output_bytes double precision not null default 0`,
  `create table usage_entries (
    execution_id text primary key,
    organization_id text not null references organizations (id) on delete cascade,
    finished_at timestamptz not null,
    exit_reason text not null,
    cpu_ms double precision not null,
    wall_ms double precision not null,
    queue_ms double precision not null,
    input_bytes double precision not null,
    output_bytes double precision not null,
    counted_at timestamptz not null default clock_timestamp()
  )`,
  `create index usage_entries_by_organization on usage_entries (organization_id, finished_at)`,
  `create table usage_hours (
    organization_id text not null references organizations (id) on delete cascade,
    hour timestamptz not null,
    exit_reason text not null,
    executions double precision not null,
    cpu_ms double precision not null,
    wall_ms double precision not null,
    queue_ms double precision not null,
    input_bytes double precision not null,
    output_bytes double precision not null,
    primary key (organization_id, hour, exit_reason)
  )`,
  `create index usage_hours_by_hour on usage_hours (hour)`,
  // What ended before anyone counted.
  `insert into usage_hours
    select organization_id, date_trunc('hour', finished_at, 'UTC'), exit_reason, count(*),
      sum(coalesce(cpu_ms, 0)), sum(coalesce(wall_ms, 0)), sum(coalesce(queue_ms, 0)), sum(input_bytes),
      sum(coalesce(octet_length(outputs::text), 0))
    from executions where finished_at is not null group by 1, 2, 3`,
  // In the statement that ends the execution, whichever it is: each is counted once, however often its end is told.
  `create function count_usage() returns trigger language plpgsql as $$ begin
    insert into usage_entries (execution_id, organization_id, finished_at, exit_reason, cpu_ms, wall_ms, queue_ms,
      input_bytes, output_bytes)
    values (new.id, new.organization_id, new.finished_at, new.exit_reason,
      coalesce(new.cpu_ms, 0), coalesce(new.wall_ms, 0), coalesce(new.queue_ms, 0),
      new.input_bytes + coalesce((select sum((file ->> 'size_bytes')::float8) from json_array_elements(new.files) file), 0),
      new.output_bytes)
    on conflict do nothing;
    return null;
  end $$`,
  `create trigger executions_usage after update of status on executions for each row
    when (old.finished_at is null and new.finished_at is not null) execute function count_usage()`,
];
