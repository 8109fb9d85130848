/**
 * Executions by how long their code took, where few took so long. The planner takes a narrow range for a wide one, and
 * would rather walk through all executions in their order than pick the few and put them in it.
 */
import { sql } from 'kysely';
import { hasText } from './code-search.ts';
import type { Db } from './database.ts';
import { SUMMARY_COLUMNS } from './execution-columns.ts';
import { matching, type OperatorExecutionQuery } from './operator-execution-query.ts';
import type { ExecutionSummaryRow } from './schema.ts';

/** Of more, the newest are soon found among the newest of all. */
const FEW = 10_000;
/** Their code is read, too. */
const FEW_WITH_CODE = 2_000;

/** @returns undefined where those of the durations asked for are not few, or all durations are */
export async function searchDurations(
  db: Db,
  { limit, after, ...filter }: OperatorExecutionQuery,
  text: string | undefined,
): Promise<ExecutionSummaryRow[] | undefined> {
  const { wallMsMin, wallMsMax } = filter;
  if (wallMsMin === undefined && wallMsMax === undefined) return undefined;
  const few = text === undefined ? FEW : FEW_WITH_CODE;
  if ((await countUpTo(db, { wallMsMin, wallMsMax }, few + 1)) > few) return undefined;
  return db
    .with(
      (name) => name('few').materialized(),
      () =>
        db
          .selectFrom('executions')
          .select(SUMMARY_COLUMNS)
          .where(matching(filter))
          .$if(text !== undefined, (select) => select.where(hasText(text ?? '')))
          .$if(after !== undefined, (select) =>
            select.where(sql<boolean>`(created_at, id) < (${after?.created_at}::timestamptz, ${after?.id})`),
          ),
    )
    .selectFrom('few')
    .select(SUMMARY_COLUMNS)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
}

type Durations = Pick<OperatorExecutionQuery, 'wallMsMin' | 'wallMsMax'>;

async function countUpTo(db: Db, durations: Durations, max: number): Promise<number> {
  const { count } = await db
    .selectFrom(
      db
        .selectFrom('executions')
        .select('wall_ms')
        .where(matching(durations))
        // In the order of the index, which holds nothing else: no row is read to count.
        .orderBy('wall_ms')
        .limit(max)
        .as('some'),
    )
    .select(sql<number>`count(*)::int`.as('count'))
    .executeTakeFirstOrThrow();
  return count;
}
