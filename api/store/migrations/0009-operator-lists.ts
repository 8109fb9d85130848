/** What operators look executions of all organizations up by, and what they set for the whole service. */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create index executions_all_newest_first on executions (created_at desc, id desc)`,
  // Of ended executions alone, so that each is written once and not with every step of its life.
  `create index executions_by_final_status on executions (status, created_at desc, id desc) where finished_at is not null`,
  `create index executions_by_exit on executions (exit_reason, created_at desc, id desc) where exit_reason is not null`,
  `create index executions_by_worker on executions (worker_id, created_at desc, id desc) where worker_id is not null`,
  `create index executions_by_wall_time on executions (wall_ms) where wall_ms is not null`,
  // Apart from the executions, whose every step would write an index on their code again.
  `create table execution_texts (
    execution_id text primary key references executions (id) on delete cascade,
    code text not null
  )`,
  `insert into execution_texts select id, left(code, 16384) from executions where finished_at is not null`,
  // Where the extension cannot be had, texts are looked for without it: the same is found, only later.
  `do $$ begin
    create extension if not exists pg_trgm;
    create index execution_texts_by_text on execution_texts using gin (code gin_trgm_ops);
  exception when insufficient_privilege or undefined_file or feature_not_supported or undefined_object then
    raise warning 'pg_trgm is not available: looking for texts in code will take longer (%)', sqlerrm;
  end $$`,
  `create table service_settings (
    name text primary key,
    value json not null,
    changed_at timestamptz not null default clock_timestamp()
  )`,
];
