/** Files of organizations: their content is kept once per organization, by its digest. */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table blobs (
    organization_id text not null references organizations (id) on delete cascade,
    sha256 text not null,
    size_bytes double precision not null,
    state text not null check (state in ('reserved', 'stored', 'released')),
    created_at timestamptz not null default clock_timestamp(),
    primary key (organization_id, sha256)
  )`,
  // What may have to be removed: looking for it costs nothing when there is nothing.
  `create index blobs_without_file on blobs (created_at) where state <> 'stored'`,
  `create table files (
    id text primary key,
    organization_id text not null references organizations (id) on delete cascade,
    sha256 text not null,
    name text not null,
    mime_type text not null,
    purpose text not null,
    size_bytes double precision not null,
    created_by text,
    created_at timestamptz not null default clock_timestamp(),
    foreign key (organization_id, sha256) references blobs (organization_id, sha256)
  )`,
  `create index files_newest_first on files (organization_id, created_at desc, id desc)`,
  `create index files_by_content on files (organization_id, sha256)`,
  `alter table executions add column files json not null default '[]'`,
  `create table execution_files (
    execution_id text not null references executions (id) on delete cascade,
    organization_id text not null,
    sha256 text not null,
    primary key (execution_id, sha256),
    foreign key (organization_id, sha256) references blobs (organization_id, sha256)
  )`,
  `create index execution_files_by_content on execution_files (organization_id, sha256)`,
];
