/**
 * Executions by a text in their code. Most texts that people look for are in many executions: the newest of them are
 * among the newest that the other conditions leave. Rare ones are found by an index of their own, which holds the code
 * of what has ended; it is filled in the background, and what is not in it yet is looked through.
 */
import { sql, type RawBuilder } from 'kysely';
import { CODE_SEARCHED_CHARACTERS } from '../../shared/contracts/limits.ts';
import type { Db } from './database.ts';
import { SUMMARY_COLUMNS } from './execution-columns.ts';
import { candidates, pageOf, type OperatorExecutionQuery } from './operator-execution-query.ts';
import type { ExecutionSummaryRow } from './schema.ts';

/** Looked through before the index is asked: a quarter of a second where each is as long as is searched. */
const NEWEST_ROWS = 2_000;
/** A text that more executions have is no rare one. */
const FOUND_MAX = 10_000;

/** A page like `pageOf`, of those that have the text in their code, in capitals or not. */
export async function searchCode(db: Db, query: OperatorExecutionQuery, text: string): Promise<ExecutionSummaryRow[]> {
  const pattern = patternOf(text);
  const newest = await amongNewest(db, query, pattern);
  if (newest.length > query.limit || (await isFew(db, query))) return newest;
  const ids = await foundIds(db, pattern);
  if (ids.length <= FOUND_MAX) return amongFound(db, query, [...ids, ...newest.map(({ id }) => id)]);
  return pageOf(db, query)
    .where(has(sql.ref('code'), pattern))
    .execute();
}

async function amongNewest(db: Db, { limit, ...query }: OperatorExecutionQuery, pattern: string) {
  return db
    .selectFrom(candidates(db, query).selectAll().limit(NEWEST_ROWS).as('newest'))
    .select(SUMMARY_COLUMNS)
    .where(has(sql.ref('code'), pattern))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
}

/** Whether there are no more than have been looked through. */
async function isFew(db: Db, query: Omit<OperatorExecutionQuery, 'limit'>): Promise<boolean> {
  const { count } = await db
    .selectFrom(
      candidates(db, query)
        .select('id')
        .limit(NEWEST_ROWS + 1)
        .as('newest'),
    )
    .select(sql<number>`count(*)::int`.as('count'))
    .executeTakeFirstOrThrow();
  return count <= NEWEST_ROWS;
}

/** Picked before they are put in order: the planner would rather walk through all executions in theirs. */
async function amongFound(db: Db, { limit, ...query }: OperatorExecutionQuery, ids: readonly string[]) {
  return db
    .with(
      (name) => name('found').materialized(),
      () =>
        candidates(db, query)
          .select(SUMMARY_COLUMNS)
          .where(sql<boolean>`id = any(${[...ids]})`),
    )
    .selectFrom('found')
    .select(SUMMARY_COLUMNS)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
}

/** What the index has, what is open, and what has ended since the index was filled. */
async function foundIds(db: Db, pattern: string): Promise<string[]> {
  const result = await sql<{ id: string }>`
    (select execution_id as id from execution_texts where code ilike ${pattern} limit ${FOUND_MAX + 1})
    union
    select id from executions where status in ('queued', 'running') and ${has(sql.ref('code'), pattern)}
    union
    select id from usage_entries join executions on id = execution_id where ${has(sql.ref('code'), pattern)}
    limit ${FOUND_MAX + 1}`.execute(db);
  return result.rows.map((row) => row.id);
}

/** Whether an execution has the text in its code, in capitals or not. */
export function hasText(text: string): RawBuilder<boolean> {
  return has(sql.ref('code'), patternOf(text));
}

function patternOf(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}

function has(code: RawBuilder<unknown>, pattern: string): RawBuilder<boolean> {
  return sql<boolean>`left(${code}, ${sql.lit(CODE_SEARCHED_CHARACTERS)}) ilike ${pattern}`;
}
