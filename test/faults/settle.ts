/** Waits for the service to come to rest after the last fault, and says what does not. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ExecutionStatus } from '../../shared/contracts/statuses.ts';
import { Output } from '../../shared/contracts/execution.ts';
import type { QueueRedis } from '../../shared/queue/connection.ts';
import { engine } from '../helpers/engine.ts';
import type { Row } from './check.ts';
import { keysLeft, type KeySeen } from './redis-left.ts';
import type { Stage } from './stage.ts';

const POLL_MS = 500;
const SCAN_COUNT = 1_000;

export type Settled = { readonly settledMs: number; readonly left: readonly string[] };

/** @returns after how long nothing was left to do, or what was still left after `patienceMs` */
export async function settle(stage: Stage, patienceMs: number): Promise<Settled> {
  const startedMs = performance.now();
  for (;;) {
    const left = await whatIsLeft(stage);
    const settledMs = Math.round(performance.now() - startedMs);
    if (left.length === 0 || settledMs > patienceMs) return { settledMs, left };
    await delay(POLL_MS);
  }
}

async function whatIsLeft(stage: Stage): Promise<string[]> {
  const open = await stage.query(
    `select id, status, attempt, generation, losses, started_at, cancel_requested_at from executions
     where status in ('queued', 'running') order by created_at limit 10`,
  );
  const keys = keysLeft(await readKeys(stage.observer), stage.keyspace);
  const alive = new Set(stage.workers.map((worker) => worker.workerIds().at(-1)));
  const dead = stage.workerIds().filter((id) => !alive.has(id));
  const ownerless = await stage.containersOf(dead);
  const containers = await Promise.all(ownerless.map(async ({ id }) => describeContainer(id)));
  return [
    ...open.map((row) => `open: ${JSON.stringify(row)}`),
    ...keys.map((key) => `in Redis: ${JSON.stringify(key)}`),
    ...containers.map((container) => `container of a dead worker: ${container}`),
  ];
}

/** With its labels: they say whose it was. */
async function describeContainer(id: string): Promise<string> {
  try {
    const { State, Config } = await engine.getContainer(id).inspect();
    return `${id.slice(0, 12)}, ${State.Status}, ${JSON.stringify(Config.Labels)}`;
  } catch {
    return `${id.slice(0, 12)}, gone meanwhile`;
  }
}

export async function readKeys(redis: QueueRedis): Promise<KeySeen[]> {
  const names = new Set<string>();
  let cursor = '0';
  do {
    const [next, found] = await redis.scan(cursor, 'COUNT', SCAN_COUNT);
    for (const name of found) names.add(name);
    cursor = next;
  } while (cursor !== '0');
  return Promise.all([...names].map(async (name) => readKey(redis, name)));
}

async function readKey(redis: QueueRedis, name: string): Promise<KeySeen> {
  const [ttlMs, type] = await Promise.all([redis.pttl(name), redis.type(name)]);
  return { name, size: await sizeOf(redis, name, type), expiresInMs: ttlMs === -1 ? null : ttlMs };
}

async function sizeOf(redis: QueueRedis, name: string, type: string): Promise<number> {
  switch (type) {
    case 'stream':
      return redis.xlen(name);
    case 'hash':
      return redis.hlen(name);
    case 'zset':
      return redis.zcard(name);
    case 'set':
      return redis.scard(name);
    case 'list':
      return redis.llen(name);
    default:
      return 1;
  }
}

const DatabaseRow = z.object({
  id: z.string(),
  status: ExecutionStatus,
  exit_reason: z.string().nullable(),
  attempt: z.number(),
  metadata: z.object({ task: z.string() }),
  outputs: z.array(Output).nullable(),
  created_at: z.date(),
  finished_at: z.date().nullable(),
});

/** Every execution that the load made. */
export async function readRows(stage: Stage): Promise<Row[]> {
  const rows = await stage.query(
    'select id, status, exit_reason, attempt, metadata, outputs, created_at, finished_at from executions',
  );
  return rows.map((unread) => {
    const row = DatabaseRow.parse(unread);
    const texts = (row.outputs ?? []).map((output) =>
      output.type === 'text' && output.stream === 'stdout' ? output.text : '',
    );
    return {
      id: row.id,
      taskNumber: Number(row.metadata.task),
      status: row.status,
      stdout: texts.join(''),
      exitReason: row.exit_reason,
      attempt: row.attempt,
      createdAtMs: row.created_at.getTime(),
      finishedAtMs: row.finished_at?.getTime() ?? null,
    };
  });
}

const CountedRow = z.object({ exit_reason: z.string(), executions: z.number() });

/** How many executions of each exit reason the usage tells of. */
export async function readCounted(stage: Stage): Promise<ReadonlyMap<string, number>> {
  const rows = await stage.query(
    `select exit_reason, sum(executions) as executions from (
       select exit_reason, executions from usage_hours union all select exit_reason, 1 from usage_entries) used
     group by exit_reason`,
  );
  return new Map(
    CountedRow.array()
      .parse(rows)
      .map((row) => [row.exit_reason, row.executions]),
  );
}
