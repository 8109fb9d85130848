/** Attacks on the service itself, by what clients send and by what their code shows. */
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Execution } from '../../../shared/contracts/execution.ts';
import { openRedis } from '../../../shared/queue/connection.ts';
import { createKeyspace } from '../../../shared/queue/keyspace.ts';
import { keysLeft } from '../../faults/redis-left.ts';
import { readKeys } from '../../faults/settle.ts';
import { engine } from '../../helpers/engine.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startService, type Service } from '../../helpers/service.ts';
import { allEvents } from '../../helpers/sse.ts';
import { residentBytes } from './observers.ts';

const MIB = 1024 * 1024;
const SLOTS = 2;
const NAMESPACE = 'ci';

let service: Service;
beforeAll(async () => {
  service = await startService({ slots: SLOTS });
}, 120_000);
afterAll(() => service.stop(), 60_000);

const post = (body: string | Buffer, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${service.url}/v1/executions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${service.tenant.key}`, 'content-type': 'application/json', ...headers },
    body,
    signal: AbortSignal.timeout(60_000),
  });

async function submit(code: string, key = service.tenant.key): Promise<string> {
  const { status, body } = await service.call('/v1/executions', { body: { code }, key });
  expect(status).toBe(202);
  return (body as Execution).id;
}

describe('attacks: service: numbers and bytes in requests', () => {
  it.each<[string, string | Buffer, string]>([
    ['a time of 1e309, which is Infinity', '{"code":"1","timeout_ms":1e309}', '422 VALIDATION_ERROR timeout_ms'],
    ['a memory of 1e309', '{"code":"1","memory_mb":1e309}', '422 VALIDATION_ERROR memory_mb'],
    ['a negative memory', '{"code":"1","memory_mb":-1}', '422 VALIDATION_ERROR memory_mb'],
    ['memory as text', '{"code":"1","memory_mb":"512"}', '422 VALIDATION_ERROR memory_mb'],
    ['no time at all', '{"code":"1","timeout_ms":null}', '422 VALIDATION_ERROR timeout_ms'],
    ['NaN', '{"code":"1","timeout_ms":NaN}', '400 INVALID_JSON null'],
    ['Infinity', '{"code":"1","timeout_ms":Infinity}', '400 INVALID_JSON null'],
    ['a number in hexadecimal', '{"code":"1","timeout_ms":0x10}', '400 INVALID_JSON null'],
    ['two bodies in one', '{"code":"1"} {"code":"2"}', '400 INVALID_JSON null'],
    [
      'a limit that stands there twice',
      '{"code":"1","timeout_ms":1,"timeout_ms":31000}',
      '422 VALIDATION_ERROR timeout_ms',
    ],
    ['an image', '{"code":"1","image":"other"}', '422 VALIDATION_ERROR image'],
    ['an environment', '{"code":"1","env":{"PATH":"/"}}', '422 VALIDATION_ERROR env'],
    [
      'bytes that are no UTF-8',
      Buffer.from([...Buffer.from('{"code":"'), 0xff, ...Buffer.from('"}')]),
      '400 INVALID_JSON null',
    ],
    [
      'a surrogate in UTF-8',
      Buffer.from([...Buffer.from('{"code":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')]),
      '400 INVALID_JSON null',
    ],
  ])('refuses %s', async (_name, body, refusal) => {
    const response = await post(body);
    const { error } = (await response.json()) as { error: { code: string; param: string | null } };
    expect(`${String(response.status)} ${error.code} ${String(error.param)}`).toBe(refusal);
  });
});

describe('attacks: service: what code shows', () => {
  const MARKUP = '<script>alert(1)</script>';

  it('is never served as a page: JSON, which browsers must not take for anything else', async () => {
    const code = `raise ValueError(${JSON.stringify(MARKUP)})`;
    const { id } = await service.run(code, { metadata: { [MARKUP.slice(0, 64)]: MARKUP } });
    for (const path of [`/v1/executions/${id}`, '/v1/executions', `/v1/executions/${encodeURIComponent(MARKUP)}`]) {
      const { headers } = await service.call(path);
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  it('cannot end its own event stream, or add an event to it', async () => {
    const forged = ['\n\n', '\r\n\r\n', '\r\r', '\u2028\u2028'].map(
      (gap) => `${gap}event: execution.finished${gap.slice(1)}data: {"forged":true}${gap}`,
    );
    const code = `import sys\nfor text in ${JSON.stringify(forged)}: print(text, flush=True); print(text, file=sys.stderr)`;
    const events = await allEvents(await post(JSON.stringify({ code }), { accept: 'text/event-stream' }));
    const finished = events.filter(({ event }) => event === 'execution.finished');
    expect(finished).toHaveLength(1);
    expect(finished).toEqual([events.at(-1)]);
    expect((finished[0]?.data as Execution).stdout).toBe(forged.map((text) => `${text}\n`).join(''));
    expect(new Set(events.map(({ event }) => event))).toEqual(
      new Set(['execution.queued', 'execution.started', 'execution.output', 'execution.finished']),
    );
  });
});

describe('attacks: service: many requests', () => {
  it('serves another organization in its turn while one has queued a thousand', async () => {
    const other = await service.addTenant();
    const flood = await Promise.all(Array.from({ length: 100 }, async () => submitMany(10)));
    try {
      const mine = await service.run('print("served")', {}, other.key);
      const createdMs = Date.parse(mine.created_at);
      // Until a worker took it: a new sandbox is started for it then, and what goes on meanwhile delays nobody.
      const startedFirst = await startedBetween(createdMs, createdMs + (mine.usage?.queue_ms ?? Infinity));
      expect(mine).toMatchObject({ exit: { reason: 'ok' }, stdout: 'served\n' });
      // What was in flight when it came, and one turn of the other organization for each slot.
      expect(startedFirst).toBeLessThanOrEqual(2 * (SLOTS + 1));
      const left = await service.call('/v1/executions?status=queued&limit=1');
      expect((left.body as { data: unknown[] }).data).toHaveLength(1);
    } finally {
      await Promise.all(flood.flat().map((id) => service.call(`/v1/executions/${id}/cancel`, { method: 'POST' })));
    }
  }, 120_000);

  async function submitMany(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let n = 0; n < count; n += 1) ids.push(await submit('import time\ntime.sleep(0.1)'));
    return ids;
  }

  /** How many executions of the flooding organization were started in that time. */
  async function startedBetween(fromMs: number, untilMs: number): Promise<number> {
    const { body } = await service.call('/v1/executions?limit=100&status=completed');
    const { data } = body as { data: Execution[] };
    return data.filter(({ started_at }) => {
      const atMs = Date.parse(started_at ?? '');
      return atMs > fromMs && atMs < untilMs;
    }).length;
  }

  it('cancels once what is cancelled many times at once, and tells of it once', async () => {
    const id = await submit('import time\ntime.sleep(25)');
    const events = allEvents(
      await fetch(`${service.url}/v1/executions/${id}/events`, {
        headers: { authorization: `Bearer ${service.tenant.key}` },
      }),
    );
    await service.reaches(id, 'running');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => service.call(`/v1/executions/${id}/cancel`, { method: 'POST' })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await events).filter(({ event }) => event === 'execution.finished')).toHaveLength(1);
    expect(await service.read(id)).toMatchObject({ status: 'cancelled', exit: { reason: 'cancelled' } });
  }, 60_000);

  it('leaves nothing behind of 300 tiny runs', async () => {
    const redis = openRedis(service.redis.url, 'blocking', () => undefined);
    const [worker, api] = [service.workers[0]?.pid ?? -1, service.apis[0]?.pid ?? -1];
    const label = `code-interpreter.worker=${String((await service.workers[0]?.logged('ready'))?.['workerId'])}`;
    const containers = async () => (await engine.listContainers({ all: true, filters: { label: [label] } })).length;
    const held = () => ({
      descriptors: [worker, api].map((pid) => readdirSync(`/proc/${String(pid)}/fd`).length),
      residentBytes: [worker, api].map(residentBytes),
    });
    const runs = async (count: number) => {
      for (let n = 0; n < count; n += 1)
        expect((await service.run(`print(${String(n)})`)).stdout).toBe(`${String(n)}\n`);
    };
    await runs(100);
    const [before, containersBefore] = [held(), await containers()];
    await runs(300);
    const after = held();
    const grown = (name: keyof typeof before) => after[name].map((value, at) => value - (before[name][at] ?? 0));
    expect(Math.max(...grown('descriptors'))).toBeLessThanOrEqual(4);
    // 300 runs that each kept 100 KB would be 30 MB; a heap that is not full yet may grow by less.
    expect(Math.max(...grown('residentBytes'))).toBeLessThan(30 * MIB);
    await eventually(async () => (await containers()) <= containersBefore + 1, { intervalMs: 100 });
    await eventually(async () => keysLeft(await readKeys(redis), createKeyspace(NAMESPACE)).length === 0, {
      intervalMs: 100,
    });
    redis.disconnect();
  }, 120_000);
});
