/** What a running service holds at a moment: memory, descriptors, containers, keys, rows. */
import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Member } from '../faults/member.ts';
import { readKeys } from '../faults/settle.ts';
import type { Stage } from '../faults/stage.ts';

const KIB_PER_MIB = 1_024;
const BYTES_PER_MIB = 1_048_576;

/** One row per name of `ALLOWANCES`, by process where there are several. */
export async function measure(stage: Stage): Promise<Record<string, number>> {
  const [keys, redisInfo, containers, tables] = await Promise.all([
    readKeys(stage.observer),
    stage.observer.info('memory'),
    stage.containers(),
    readTables(stage),
  ]);
  return {
    ...Object.fromEntries([...stage.apis, ...stage.workers].flatMap(ofProcess)),
    containers: containers.length,
    'redis keys that stay': keys.filter(({ expiresInMs }) => expiresInMs === null).length,
    'redis keys that expire': keys.filter(({ expiresInMs }) => expiresInMs !== null).length,
    'redis memory (MiB)': Number(/used_memory:(\d+)/.exec(redisInfo)?.[1] ?? 0) / BYTES_PER_MIB,
    'table rows': tables.rows,
    'table rows beyond those asked for': tables.rows - tables.keys,
    'table bytes per row': tables.rows === 0 ? 0 : tables.bytes / tables.rows,
  };
}

function ofProcess(member: Member): [string, number][] {
  const directory = `/proc/${String(member.pid())}`;
  const residentKib = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`${directory}/status`, 'utf8'))?.[1] ?? 0);
  return [
    [`${member.name} memory (MiB)`, residentKib / KIB_PER_MIB],
    [`${member.name} descriptors`, readdirSync(`${directory}/fd`).length],
  ];
}

const Tables = z.object({ rows: z.coerce.number(), keys: z.coerce.number(), bytes: z.coerce.number() });

async function readTables(stage: Stage): Promise<z.infer<typeof Tables>> {
  // One statement and so one moment: every execution of the load has an idempotency key.
  const [row] = await stage.query(
    `select (select count(*) from executions) as rows, (select count(*) from idempotency_keys) as keys,
            pg_total_relation_size('executions') as bytes`,
  );
  return Tables.parse(row);
}
