import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Output } from '../../../shared/contracts/execution.ts';
import { allEvents, createApiClient, errorOf, readEvents, type SseEvent } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { echo, reportOf, type Scene, type StandInWorker } from '../../helpers/stand-in-worker.ts';

const STREAMS_MAX = 3;

let stage: Stage;
let api: TestApi;
let other: TestApi;
let client: Client;
let worker: StandInWorker;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ EVENT_STREAMS_MAX: String(STREAMS_MAX) });
  other = await stage.api();
  worker = await stage.worker(api, { script: echo, slots: 1 });
  client = await stage.client(api);
});

afterAll(async () => {
  await stage.close();
});

beforeEach(() => {
  worker.use(echo);
});

const text = (value: string): Output => ({ type: 'text', stream: 'stdout', text: value });
const namesOf = (events: readonly SseEvent[]) => events.map(({ event }) => event.replace('execution.', ''));
const textsOf = (events: readonly SseEvent[]) =>
  events.flatMap(({ event, data }) =>
    event === 'execution.output' ? [(data as { output: { text: string } }).output.text] : [],
  );

/** Hands the run over to the test, which then plays it step by step. */
function takenOver() {
  const arrived = Promise.withResolvers<Scene>();
  const finished = Promise.withResolvers<undefined>();
  worker.use(async (scene) => {
    arrived.resolve(scene);
    await finished.promise;
    return undefined;
  });
  return {
    scene: arrived.promise,
    async end(outputs: Output[]) {
      await (await arrived.promise).finish({ outputs });
      finished.resolve(undefined);
    },
  };
}

async function next(events: AsyncGenerator<SseEvent>): Promise<SseEvent> {
  const { value, done } = await events.next();
  if (done === true) throw new Error('the stream is over');
  return value;
}

describe('events: live', () => {
  it('tells everything as it happens, in order, to a reader on any api process', async () => {
    const play = takenOver();
    const { id } = await client.submit({ code: 'x' });
    const readers = [api, other].map(async ({ url }) => {
      const response = await createApiClient(url, client.organization.key).events(id);
      expect(response.headers.get('content-type')).toContain('text/event-stream');
      expect(response.headers.get('cache-control')).toContain('no-transform');
      return readEvents(response);
    });
    const streams = await Promise.all(readers);
    for (const events of streams) expect((await next(events)).event).toBe('execution.queued');
    const scene = await play.scene;
    await scene.started();
    for (const events of streams)
      expect(await next(events)).toMatchObject({ event: 'execution.started', data: { id, attempt: 1 } });
    for (const value of ['a', 'b']) {
      await scene.output(text(value));
      for (const events of streams) {
        expect(await next(events)).toMatchObject({
          event: 'execution.output',
          data: { id, attempt: 1, output: text(value) },
        });
      }
    }
    await play.end([text('ab')]);
    for (const events of streams) {
      expect(await next(events)).toMatchObject({
        event: 'execution.finished',
        data: { id, status: 'completed', stdout: 'ab' },
      });
      expect((await events.next()).done).toBe(true);
    }
  });

  it('streams the events of a new execution to who posts it', async () => {
    const play = takenOver();
    const response = await client.post({ code: 'posted' }, { accept: 'text/event-stream' });
    expect(response.status).toBe(200);
    expect(response.headers.get('location')).toMatch(/^\/v1\/executions\/exec_/);
    const events = readEvents(response);
    expect(await next(events)).toMatchObject({ event: 'execution.queued', data: { status: 'queued' } });
    await (await play.scene).started();
    expect((await next(events)).event).toBe('execution.started');
    await play.end([]);
    expect((await next(events)).event).toBe('execution.finished');
  });

  it('goes on after Last-Event-ID without gap or repetition', async () => {
    const play = takenOver();
    const { id } = await client.submit({ code: 'x' });
    const scene = await play.scene;
    await scene.started();
    for (const value of ['a', 'b', 'c']) await scene.output(text(value));
    const leaving = new AbortController();
    const first = readEvents(await client.events(id, {}, leaving.signal));
    const seen = [await next(first), await next(first), await next(first)];
    leaving.abort();
    await scene.output(text('d'));
    const rest = client.events(id, { 'last-event-id': seen.at(-1)?.id ?? '' });
    await play.end([text('abcd')]);
    const events = [...seen, ...(await allEvents(await rest))];
    expect(namesOf(events)).toEqual(['queued', 'started', 'output', 'output', 'output', 'output', 'finished']);
    expect(textsOf(events)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('voids what a lost run showed once the next one begins', async () => {
    const play = takenOver();
    const { id } = await client.submit({ code: 'x' });
    const { boundary, run } = await play.scene;
    const append = (attempt: number, value: string) =>
      boundary.events.append(id, [{ type: 'output', attempt, output: text(value) }]);
    await boundary.events.append(id, [{ type: 'started', attempt: 1, started_at_ms: 1 }]);
    await append(1, 'lost');
    await boundary.events.append(id, [{ type: 'started', attempt: 2, started_at_ms: 2 }]);
    await append(1, 'late');
    await append(2, 'kept');
    const reading = await client.events(id);
    await boundary.poster.post(reportOf({ ...run, attempt: 2 }, { outputs: [text('kept')] }));
    // The first result that is recorded wins, and two api processes record: the lost run's comes after it.
    await eventually(async () => (await client.read(id)).status === 'completed');
    await play.end([]);
    const events = await allEvents(reading);
    expect(textsOf(events)).toEqual(['lost', 'kept']);
    expect(events.at(-1)).toMatchObject({ data: { attempt: 2, stdout: 'kept' } });
  });

  it('ends with the execution when it is cancelled in the queue', async () => {
    const play = takenOver();
    const blocking = await client.submit({ code: 'blocking' });
    await play.scene;
    await client.submit({ code: 'next' });
    const { id } = await client.submit({ code: 'x' });
    const reading = client.events(id).then(allEvents);
    await client.cancel(id);
    expect(namesOf(await reading)).toEqual(['queued', 'finished']);
    worker.use(echo);
    await play.end([]);
    await eventually(async () => (await client.read(blocking.id)).status === 'completed');
  });
});

describe('events: after the run', () => {
  it('rebuilds everything from the row', async () => {
    worker.use(() => Promise.resolve({ outputs: [text('a'), { type: 'result', data: { 'text/plain': '2' } }] }));
    const { id } = await client.run({ code: 'x' });
    const events = await allEvents(await client.events(id));
    expect(namesOf(events)).toEqual(['queued', 'started', 'output', 'output', 'finished']);
    expect(events[0]).toMatchObject({ data: { status: 'queued', exit: null } });
    expect(events.at(-1)).toMatchObject({ data: await client.read(id) });
  });

  it('resumes such a rebuilt stream at every place', async () => {
    worker.use(() => Promise.resolve({ outputs: [text('a'), text('b'), text('c')] }));
    const { id } = await client.run({ code: 'x' });
    const whole = await allEvents(await client.events(id));
    for (const [at, event] of whole.slice(1, -1).entries()) {
      const rest = await allEvents(await client.events(id, { 'last-event-id': event.id }));
      expect(rest).toEqual(whole.slice(at + 2));
    }
  });

  it('answers 204 to a client that has seen the end', async () => {
    const { id } = await client.run({ code: 'x' });
    const last = (await allEvents(await client.events(id))).at(-1);
    expect((await client.events(id, { 'last-event-id': last?.id ?? '' })).status).toBe(204);
  });

  it('tells the end to a client whose place in the live stream has expired', async () => {
    const { id } = await client.run({ code: 'x' });
    const events = await allEvents(await client.events(id, { 'last-event-id': '1.1700000000000-3' }));
    expect(namesOf(events).at(-1)).toBe('finished');
    expect(textsOf(events)).toEqual([]);
  });

  it('starts from the beginning for an id that is none of its own', async () => {
    const { id } = await client.run({ code: 'x' });
    expect(namesOf(await allEvents(await client.events(id, { 'last-event-id': 'x' })))).toContain('queued');
  });
});

describe('events: bounds', () => {
  it('refuses more streams than an organization may have open, and frees those that ended', async () => {
    const play = takenOver();
    const { id } = await client.submit({ code: 'x' });
    await play.scene;
    const leaving = new AbortController();
    for (let at = 0; at < STREAMS_MAX; at += 1) expect((await client.events(id, {}, leaving.signal)).status).toBe(200);
    expect(await errorOf(await client.events(id))).toMatchObject({ code: 'TOO_MANY_STREAMS', status: 429 });
    expect(await errorOf(await client.post({ code: 'refused' }, { accept: 'text/event-stream' }))).toMatchObject({
      code: 'TOO_MANY_STREAMS',
    });
    expect(await stage.query(`select 1 from executions where code = 'refused'`)).toEqual([]);
    leaving.abort();
    await eventually(() => api.services.streams.size() === 0);
    await play.end([]);
    expect((await client.events(id)).status).toBe(200);
  });

  it('cancels the execution with cancel_on_disconnect when the poster leaves', async () => {
    worker.use(async ({ started, cancelled }) => {
      await started();
      await cancelled;
      return { exit: { reason: 'cancelled', code: null, signal: null } };
    });
    const leaving = new AbortController();
    const response = await fetch(`${api.url}/v1/executions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${client.organization.key}`,
        accept: 'text/event-stream',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ code: 'x', cancel_on_disconnect: true }),
      signal: leaving.signal,
    });
    const id = response.headers.get('location')?.split('/').at(-1) ?? '';
    await eventually(async () => (await client.read(id)).status === 'running');
    leaving.abort();
    await eventually(async () => (await client.read(id)).status === 'cancelled');
  });

  it('leaves neither streams nor waiters behind', async () => {
    await eventually(() => api.services.streams.size() === 0 && api.services.waiting.size() === 0);
  });
});
