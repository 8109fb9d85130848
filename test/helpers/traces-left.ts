/** Looks through everything that is stored for texts that should be nowhere: every table, Redis, a directory. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';

type Query = (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;

/** Where one of the texts stands: `table: n rows`. */
export async function tracesInDatabase(query: Query, texts: readonly string[]): Promise<string[]> {
  const tables = await query(
    `select table_schema as schema, table_name as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  for (const { schema, name } of tables) {
    const table = `"${String(schema)}"."${String(name)}"`;
    // A row as text holds all of its columns, whatever their types; JSON escapes none of the texts looked for.
    const [row] = await query(
      `select count(*)::int as count from ${table} as r where exists
       (select from unnest($1::text[]) as t where position(t in r::text) > 0)`,
      [texts],
    );
    if (row?.['count'] !== 0) found.push(`${String(name)}: ${String(row?.['count'])} rows`);
  }
  return found;
}

/** Where one of the texts stands: keys, or keys whose values hold it. */
export async function tracesInRedis(redis: Redis, texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const key of await redis.keys('*')) {
    const value = key + JSON.stringify(await valueOf(redis, key));
    if (texts.some((text) => value.includes(text))) found.push(key);
  }
  return found;
}

async function valueOf(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, 0, '-1');
    case 'stream':
      return redis.xrange(key, '-', '+');
    case 'none':
      return null; // expired in between
    default:
      throw new Error(`a key of a type that nobody reads: ${type}`);
  }
}

/** Files below `directory` whose path or content holds one of the texts. */
export function tracesInDirectory(directory: string, texts: readonly string[]): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((path) => {
    const whole = join(directory, path);
    const content = statSync(whole).isFile() ? readFileSync(whole, 'latin1') : '';
    return texts.some((text) => path.includes(text) || content.includes(text));
  });
}
