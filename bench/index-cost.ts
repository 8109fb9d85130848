/** What an operation of the fair index costs, by how much is queued: in a Redis of its own, straight from this process. */
import { createFairIndex, type FairIndex, type RebuildEntry } from '../shared/queue/fair-index.ts';
import { openRedis, whenReady, type QueueRedis } from '../shared/queue/connection.ts';
import { createKeyspace } from '../shared/queue/keyspace.ts';
import { startRedis } from '../test/helpers/redis.ts';
import { drive, type Load } from './load.ts';
import type { Row } from './table.ts';
import { judge, type Floor } from './verdict.ts';

const QUEUED = [100, 10_000, 1_000_000];
const ORGANIZATIONS = [1, 1_000];
const WARM_UP = 500;
const SAMPLES = 3_000;
/** Flat: Redis's own structures deepen with the logarithm. */
const RATIO_MAX = 1.5;
const SLOTS = 4;
const BYTES = 1_000;

/** @param tell gets every row as soon as it is measured */
export async function measureIndexCost(tell: (row: Row) => void): Promise<void> {
  const server = await startRedis();
  const redis = openRedis(server.url, 'command', (error) => {
    console.error(error);
  });
  try {
    await whenReady(redis);
    for (const organizations of ORGANIZATIONS) await measureLayout(redis, organizations, tell);
  } finally {
    redis.disconnect();
    await server.stop();
  }
}

async function measureLayout(redis: QueueRedis, organizations: number, tell: (row: Row) => void): Promise<void> {
  let first: Load | undefined;
  for (const queued of QUEUED) {
    await redis.flushall('ASYNC'); // a million entries take longer to free than a command may
    const index = createFairIndex({ redis, keyspace: createKeyspace('bench') });
    await index.rebuild(entries(queued, organizations));
    const load = await measureOperations(index, organizations);
    first ??= load;
    const floor: Floor | null =
      load === first ? null : { what: `${String(QUEUED[0])} queued`, p50Ms: first.p50Ms, perSecond: null };
    const name = `index operation, ${String(queued)} queued by ${String(organizations)}`;
    tell({
      ...{ name: floor === null ? `*${name}*` : name, clients: 1, summary: load, failed: load.failures.length },
      ...{ floor, verdicts: floor === null ? [] : [judge(load, floor, { kind: 'p50_ratio_max', limit: RATIO_MAX })] },
      note: '',
    });
  }
}

/** One submission and one end in turn, so that as much is queued after as before. */
async function measureOperations(index: FairIndex, organizations: number): Promise<Load> {
  const running = [...(await index.setSlots(SLOTS)).released];
  let submitted = 0;
  let ends = false;
  const once = async () => {
    const executionId = ends ? (running.shift() ?? '') : `new_${String(submitted)}`;
    const organizationId = organizationOf(submitted, organizations);
    const startedMs = performance.now();
    const answer = ends
      ? await index.finish(executionId)
      : await index.submit({
          organizationId,
          executionId,
          bytes: BYTES,
          queuedMax: Infinity,
          queuedBytesMax: Infinity,
        });
    const ms = performance.now() - startedMs;
    if (!('released' in answer)) throw new Error('refused');
    running.push(...answer.released);
    if (!ends) submitted += 1;
    ends = !ends;
    return ms;
  };
  await drive({ clients: 1, count: WARM_UP, once });
  return drive({ clients: 1, count: SAMPLES, once });
}

function* generate(count: number, organizations: number): Generator<RebuildEntry> {
  for (let at = 0; at < count; at += 1) {
    const organizationId = organizationOf(at, organizations);
    yield { organizationId, executionId: `exec_${String(at).padStart(20, '0')}`, bytes: BYTES, inFlight: false };
  }
}

async function* entries(count: number, organizations: number): AsyncGenerator<RebuildEntry> {
  yield* generate(count, organizations);
}

const organizationOf = (at: number, organizations: number) => `org_${String(at % organizations).padStart(20, '0')}`;
