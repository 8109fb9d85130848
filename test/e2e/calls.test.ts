/** The ways to run and to follow an execution: sync, async, streamed, cancelled. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Execution } from '../../shared/contracts/execution.ts';
import { startService, type Service } from '../helpers/service.ts';
import { allEvents, readEvents } from '../helpers/sse.ts';

let service: Service;
beforeAll(async () => {
  service = await startService({ apis: 2 });
}, 120_000);
afterAll(() => service.stop(), 60_000);

const LONG = 'import time\nprint("begun", flush=True)\ntime.sleep(25)';

async function submit(code: string, fields: Readonly<Record<string, unknown>> = {}): Promise<Execution> {
  const { status, body } = await service.call('/v1/executions', { body: { code, ...fields } });
  expect(status).toBe(202);
  return body as Execution;
}

const open = (path: string, init: RequestInit = {}, base = service.url) =>
  fetch(`${base}${path}`, {
    ...init,
    headers: {
      authorization: `Bearer ${service.tenant.key}`,
      accept: 'text/event-stream',
      'content-type': 'application/json',
      ...init.headers,
    },
    signal: init.signal ?? AbortSignal.timeout(60_000),
  });

describe('async', () => {
  it('acknowledges at once and ends by itself', async () => {
    const { status, body, headers } = await service.call('/v1/executions', { body: { code: 'print(2)' } });
    const { id } = body as Execution;
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/v1/executions/${id}`);
    expect(await service.reaches(id, 'completed')).toMatchObject({ stdout: '2\n' });
  });

  it('shows a long one as running', async () => {
    const { id } = await submit(LONG);
    expect(await service.reaches(id, 'running')).toMatchObject({ exit: null, attempt: 1 });
    await service.call(`/v1/executions/${id}/cancel`, { method: 'POST' });
  });
});

describe('sync', () => {
  it('answers with the finished execution when it ends in time', async () => {
    const { status, headers, body } = await service.call('/v1/executions', {
      body: { code: '3' },
      headers: { prefer: 'wait=30' },
    });
    expect(status).toBe(200);
    expect(headers.get('preference-applied')).toBe('wait=30');
    expect(body).toMatchObject({ status: 'completed' });
    expect(body).toEqual(await service.read((body as Execution).id));
  });

  it('answers 202 when it does not', async () => {
    const { status, body } = await service.call('/v1/executions?wait=1', { body: { code: LONG } });
    expect(status).toBe(202);
    await service.call(`/v1/executions/${(body as Execution).id}/cancel`, { method: 'POST' });
  });
});

describe('streamed', () => {
  it('shows text while the program runs, then the whole execution', async () => {
    const code = 'import time\nfor i in range(3):\n    print(i, flush=True)\n    time.sleep(0.3)';
    const events = await allEvents(await open('/v1/executions', { method: 'POST', body: JSON.stringify({ code }) }));
    expect(events.map(({ event }) => event)).toEqual([
      'execution.queued',
      'execution.started',
      ...Array<string>(3).fill('execution.output'),
      'execution.finished',
    ]);
    const [first, , last] = events.filter(({ event }) => event === 'execution.output');
    expect((last?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThan(300);
    const finished = events.at(-1)?.data as Execution;
    expect(finished).toMatchObject({ status: 'completed', stdout: '0\n1\n2\n' });
    expect(finished).toEqual(await service.read(finished.id));
  });

  it('can be followed on another api process, and after the end', async () => {
    const { id } = await submit('print("there")');
    const during = await allEvents(await open(`/v1/executions/${id}/events`, {}, service.urls[1]));
    const after = await allEvents(await open(`/v1/executions/${id}/events`));
    for (const events of [during, after]) {
      expect(events.at(-1)).toMatchObject({ event: 'execution.finished', data: { id, stdout: 'there\n' } });
    }
  });

  it('resumes after the last event that was seen', async () => {
    const { id } = await submit('for i in range(2):\n    print(i, flush=True)\n    import time; time.sleep(0.2)');
    const all = await allEvents(await open(`/v1/executions/${id}/events`));
    const seen = all.findIndex(({ event }) => event === 'execution.output');
    const rest = await allEvents(
      await open(`/v1/executions/${id}/events`, { headers: { 'last-event-id': all[seen]?.id ?? '' } }),
    );
    expect(rest.map(({ event, data }) => ({ event, data }))).toEqual(
      all.slice(seen + 1).map(({ event, data }) => ({ event, data })),
    );
  });
});

describe('cancelled', () => {
  it('ends running code', async () => {
    const { id } = await submit(LONG);
    await service.reaches(id, 'running');
    await service.call(`/v1/executions/${id}/cancel`, { method: 'POST' });
    const cancelled = await service.reaches(id, 'cancelled');
    expect(cancelled).toMatchObject({ exit: { reason: 'cancelled' }, stdout: 'begun\n' });
  });

  it('ends a queued one without running it', async () => {
    const blockers = await Promise.all([submit(LONG), submit(LONG), submit(LONG), submit(LONG)]);
    const queued = await submit('print("never")');
    const { status, body } = await service.call(`/v1/executions/${queued.id}/cancel`, { method: 'POST' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'cancelled', started_at: null, stdout: '' });
    await Promise.all(blockers.map(({ id }) => service.call(`/v1/executions/${id}/cancel`, { method: 'POST' })));
    await Promise.all(blockers.map(({ id }) => service.reaches(id, 'cancelled')));
  });

  it('answers again for one that is cancelled, and refuses one that ended', async () => {
    const { id } = await submit(LONG);
    await service.call(`/v1/executions/${id}/cancel`, { method: 'POST' });
    await service.reaches(id, 'cancelled');
    expect((await service.call(`/v1/executions/${id}/cancel`, { method: 'POST' })).status).toBe(200);
    const done = await service.run('1');
    const refused = await service.call(`/v1/executions/${done.id}/cancel`, { method: 'POST' });
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'EXECUTION_ENDED' } } });
  });

  it('loses no cancel that is sent near the moment of the take', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 40; n += 1) {
      const { id } = await submit('import time\ntime.sleep(25)');
      // The offset walks over the moment at which a worker takes the job.
      await delay(n % 8);
      await service.call(`/v1/executions/${id}/cancel`, { method: 'POST' });
      ids.push(id);
    }
    const ended = await Promise.all(ids.map((id) => service.reaches(id, 'cancelled', 'completed', 'failed')));
    expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['cancelled']));
  }, 60_000);

  it('follows a client that goes away, when the request asked for it', async () => {
    const gone = new AbortController();
    const response = await open('/v1/executions', {
      method: 'POST',
      body: JSON.stringify({ code: LONG, cancel_on_disconnect: true }),
      signal: gone.signal,
    });
    const events = readEvents(response);
    const queued = await events.next();
    const { id } = (queued.value as { data: { id: string } }).data;
    await service.reaches(id, 'running');
    gone.abort();
    await events.next().catch(() => undefined);
    await service.reaches(id, 'cancelled');
  });
});
