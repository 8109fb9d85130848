/** What operators' lists and overview cost with a million executions: in a PostgreSQL of its own, through the stores. */
import { sql } from 'kysely';
import { createActivityStore } from '../api/store/activity-store.ts';
import { createBacklogStore } from '../api/store/backlog-store.ts';
import { openDatabase, type Db } from '../api/store/database.ts';
import { createOperatorExecutionStore, type OperatorExecutionSearch } from '../api/store/operator-execution-store.ts';
import { rangeOf, RANGES } from '../api/services/overview-activity.ts';
import { OrganizationId, ResponseId } from '../shared/contracts/ids.ts';
import { PAGE_SIZE_MAX } from '../shared/contracts/limits.ts';
import { EXIT_REASONS, statusOf } from '../shared/contracts/statuses.ts';
import { startPostgres } from '../test/helpers/postgres.ts';
import { drive } from './load.ts';
import { seedLists, SEEDED } from './operator-lists-seed.ts';
import type { Row } from './table.ts';
import { judge, type Floor } from './verdict.ts';

const P95_MS_MAX = 100;
const LIMIT = 20;
const WEEK_MS = 604_800_000;
const WARM_UP = 3;

type Scope = { readonly rows: number; readonly samples: number };

/** @param tell gets every row as soon as it is measured */
export async function measureOperatorLists({ rows, samples }: Scope, tell: (row: Row) => void): Promise<void> {
  const server = await startPostgres();
  const { db, close } = openDatabase({ url: server.url, report: console.error });
  try {
    await seedLists(server.url, rows);
    const floor = await measureFloor(db, samples, tell);
    const among = `of ${String(rows)} executions`;
    for (const [name, once] of casesOf(db)) await measureOne(`${name} ${among}`, { once, samples, floor }, tell);
  } finally {
    await close();
    await server.stop();
  }
}

async function measureFloor(db: Db, samples: number, tell: (row: Row) => void): Promise<Floor> {
  const what = '`select 1`';
  const load = await drive({ clients: 1, count: samples, once: timed(() => sql`select 1`.execute(db)) });
  tell({ ...{ name: `*${what}*`, clients: 1, summary: load, failed: 0 }, ...{ floor: null, verdicts: [], note: '' } });
  return { what, p50Ms: load.p50Ms, perSecond: null };
}

type Measured = { readonly once: () => Promise<number>; readonly samples: number; readonly floor: Floor };

async function measureOne(name: string, { once, samples, floor }: Measured, tell: (row: Row) => void): Promise<void> {
  await drive({ clients: 1, count: WARM_UP, once });
  const load = await drive({ clients: 1, count: samples, once });
  const verdicts = [judge(load, floor, { kind: 'p95_ms_max', limit: P95_MS_MAX })];
  for (const failure of load.failures.slice(0, 1)) console.error(failure);
  tell({ name, clients: 1, summary: load, failed: load.failures.length, floor, verdicts, note: '' });
}

function casesOf(db: Db): [string, () => Promise<number>][] {
  const executions = createOperatorExecutionStore({ db });
  const activity = createActivityStore({ db });
  const backlog = createBacklogStore({ db });
  const aPage = () => Array.from({ length: PAGE_SIZE_MAX }, () => idOf('org', skewed(SEEDED.organizations)));
  const lists = combinations().map(([name, queryOf]): [string, () => Promise<number>] => [
    `list by ${name}`,
    timed(() => executions.list({ limit: LIMIT, ...queryOf() })),
  ]);
  const now = () => new Date();
  return [
    ['first page', timed(() => executions.list({ limit: LIMIT }))],
    ...lists,
    ...(['hour', 'day', 'week'] as const).map((range): [string, () => Promise<number>] => [
      `activity of a ${range}`,
      timed(() => activity.byStep(RANGES[range].step, rangeOf(range, now()))),
    ]),
    ['busiest organizations of a week', timed(() => activity.busiest(rangeOf('week', now()), LIMIT))],
    ['what runs of a page of organizations', timed(() => backlog.runningOf(aPage()))],
    ['last minute', timed(() => activity.since(new Date(Date.now() - 60_000)))],
  ];
}

type Query = Omit<OperatorExecutionSearch, 'limit'>;
type Named = readonly [name: string, query: () => Query];

/** Other values each time, of which some have many executions and some have few. */
const FILTERS: readonly Named[] = [
  ['organization', () => ({ organizationId: OrganizationId.parse(idOf('org', skewed(SEEDED.organizations))) })],
  ['status', () => ({ status: statusOf(oneOf(EXIT_REASONS)) })],
  ['exit reason', () => ({ exitReason: oneOf(EXIT_REASONS) })],
  ['worker', () => ({ workerId: `worker_${String(below(SEEDED.workers))}` })],
  ['response', () => ({ responseId: ResponseId.parse(idOf('resp', below(SEEDED.responses))) })],
  ['time', () => ({ createdAfter: ago(WEEK_MS), createdBefore: ago(Math.random() * WEEK_MS) })],
  ['shortest duration', () => ({ wallMsMin: oneOf([0, 100, 29_000, 31_000]) })],
  ['longest duration', () => ({ wallMsMax: oneOf([0, 1, 100, 31_000]) })],
  ['text', () => ({ text: oneOf(['import pandas', 'rare_0', `rare_${String(below(1_000))}_`, 'nowhere at all']) })],
];

function combinations(): Named[] {
  const pairs = FILTERS.flatMap(([name, queryOf], at) =>
    FILTERS.slice(at + 1).map(([other, otherOf]): Named => [
      `${name} and ${other}`,
      () => ({ ...queryOf(), ...otherOf() }),
    ]),
  );
  return [...FILTERS, ...pairs];
}

function timed(work: () => Promise<unknown>): () => Promise<number> {
  return async () => {
    const startedMs = performance.now();
    await work();
    return performance.now() - startedMs;
  };
}

const below = (max: number) => Math.floor(Math.random() * max);
/** The first come up most. */
const skewed = (max: number) => Math.floor(Math.random() ** 3 * max);
const idOf = (kind: string, at: number) => `${kind}_${String(at).padStart(20, '0')}`;
const ago = (ms: number) => new Date(Date.now() - ms);

function oneOf<T>(values: readonly T[]): T {
  const value = values[below(values.length)];
  if (value === undefined) throw new Error('nothing to choose from');
  return value;
}
