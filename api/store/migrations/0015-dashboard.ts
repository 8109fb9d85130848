/** What the operators' pages ask for: activity by minute, quarter of an hour and hour; lists of responses. */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // A worker on which nothing, or little, ended in some way is no reason to walk through everything that it ran.
  `create index executions_by_worker_and_exit on executions (worker_id, exit_reason, created_at desc, id desc)
    where exit_reason is not null`,
  `create index responses_all_newest_first on responses (created_at desc, id desc)`,
  `create index responses_by_status on responses (status, created_at desc, id desc)`,
  `create index responses_by_model on responses (model, created_at desc, id desc)`,
  `create index responses_by_assistant on responses (assistant_id, created_at desc, id desc) where assistant_id is not null`,
  // Of kind 'queue' and 'wall' the label is a bin of durations, of 'ended' the exit reason.
  `create table activity (
    step_seconds integer not null,
    start timestamptz not null,
    kind text not null,
    label text not null,
    count double precision not null,
    primary key (step_seconds, start, kind, label)
  )`,
  // What ended before anyone counted.
  `insert into activity
    select step, to_timestamp(floor(extract(epoch from at) / step) * step), kind, label, count(*)
    from executions e
    cross join (values (60), (900), (3600)) steps (step)
    cross join lateral (values
      (created_at, 'created', ''), (started_at, 'started', ''), (finished_at, 'ended', exit_reason),
      (finished_at, 'queue', ceil(ln(greatest(queue_ms, 0.1) / 0.1) / ln(1.2))::int::text),
      (finished_at, 'wall', ceil(ln(greatest(wall_ms, 0.1) / 0.1) / ln(1.2))::int::text)) moments (at, kind, label)
    where finished_at > now() - interval '8 days' and at is not null and label is not null
      and not exists (select 1 from usage_entries u where u.execution_id = e.id)
      and (step > 60 or at > now() - interval '2 hours') and (step > 900 or at > now() - interval '2 days')
    group by 1, 2, 3, 4`,
];
