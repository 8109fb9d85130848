import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ResponseList } from '../../../shared/contracts/response.ts';
import { errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { eventually } from '../../helpers/eventually.ts';
import { callsCode, hangs, says } from '../../helpers/model-server.ts';
import { createResponseClient } from '../../helpers/response-client.ts';
import {
  ask,
  CODE,
  QUESTION,
  modelSettings,
  openResponseStage,
  prints,
  type ResponseStage,
} from '../../helpers/response-stage.ts';

let opened: ResponseStage;
let stage: ResponseStage['stage'];
let api: ResponseStage['api'];
let provider: ResponseStage['provider'];
let worker: ResponseStage['worker'];
let client: ResponseStage['client'];
let responses: ResponseStage['responses'];

beforeAll(async () => {
  opened = await openResponseStage();
  ({ stage, api, provider, worker, client, responses } = opened);
});

afterAll(async () => {
  await opened.close();
});

beforeEach(() => {
  worker.use(prints);
  provider.use();
});

describe('responses: conversations', () => {
  it('goes on after an earlier response, with its code and outputs', async () => {
    provider.use(callsCode(CODE), says('It is $38,696.84.'));
    const first = await responses.make(ask());
    provider.use(says('Yes.'));
    const second = await responses.make(ask({ previous_response_id: first.id, inputs: 'Sure?' }));
    expect(second.previous_response_id).toBe(first.id);
    expect(provider.requests[0]?.messages.slice(1)).toMatchObject([
      { role: 'user', content: QUESTION },
      { role: 'assistant', tool_calls: [{}] },
      { role: 'tool' },
      { role: 'assistant', content: 'It is $38,696.84.' },
      { role: 'user', content: 'Sure?' },
    ]);
    provider.use(says('Yes, yes.'));
    await responses.make(ask({ previous_response_id: second.id, inputs: 'Really?' }));
    expect(provider.requests[0]?.messages).toHaveLength(8);
  });

  it('goes on in a thread', async () => {
    provider.use(says('One.'), says('Two.'));
    await responses.make(ask({ thread_id: '17', inputs: 'First' }));
    const made = await responses.make(ask({ thread_id: '17', inputs: 'Second' }));
    expect(made.thread_id).toBe('17');
    expect(provider.requests[1]?.messages.slice(1).map(({ content }) => content)).toEqual(['First', 'One.', 'Second']);
  });

  it('goes on after whatever characters were said', async () => {
    provider.use(says('One.'), says('Two.'), says('Three.'));
    const strange = [
      { role: 'system', content: 'NUL \u0000, half a pair \ud800' },
      { role: 'user', content: '\u0000\ud800' },
    ];
    const first = await responses.make(ask({ thread_id: 'strange', inputs: strange }));
    expect(await responses.make(ask({ thread_id: 'strange' }))).toMatchObject({ status: 'completed' });
    expect(await responses.make(ask({ previous_response_id: first.id }))).toMatchObject({ status: 'completed' });
  });

  it('leaves out what is too long, and tells', async () => {
    provider.use(says('One.'), says('Two.'), says('Three.'));
    const long = 'x'.repeat(700_000);
    await responses.make(ask({ thread_id: 'long', inputs: `${long}1` }));
    await responses.make(ask({ thread_id: 'long', inputs: `${long}2` }));
    const made = await responses.make(ask({ thread_id: 'long', inputs: 'Third' }));
    expect(made.warnings).toEqual([expect.stringContaining('Earlier messages')]);
    expect(provider.requests[2]?.messages.slice(1)).toHaveLength(3);
  });

  it('knows no response of another organization', async () => {
    provider.use(says('One.'));
    const first = await responses.make(ask());
    const their = createResponseClient(await stage.client(api));
    const error = await errorOf(await their.post(ask({ previous_response_id: first.id })));
    expect(error).toMatchObject({ code: 'NOT_FOUND', param: 'previous_response_id' });
    expect((await their.delete(first.id)).status).toBe(404);
    expect((await their.cancel(first.id)).status).toBe(404);
  });
});

describe('responses: retention', () => {
  it('removes what ended too long ago, and nothing else', async () => {
    const their = createResponseClient(await stage.client(api));
    provider.use(says('Old.'), says('Young.'));
    const old = await their.make(ask());
    const young = await their.make(ask());
    const ended = `update responses set completed_at = now() - $2::int * interval '1 day' where id = $1`;
    await stage.query(ended, [old.id, 8]);
    await stage.query(ended, [young.id, 6]);
    const cleaner = await stage.api({ ...modelSettings(provider.url), RETENTION_DAYS: '7' });
    await eventually(async () => (await stage.query('select 1 from responses where id = $1', [old.id])).length === 0, {
      timeoutMs: 20_000,
      intervalMs: 100,
    });
    expect((await their.read(young.id)).status).toBe('completed');
    await cleaner.stop();
  }, 30_000);
});

describe('responses: read, list, cancel, delete', () => {
  it('lists the newest first, page by page, without output', async () => {
    const other = await stage.client(api);
    const their = createResponseClient(other);
    provider.use(says('1'), says('2'), says('3'));
    const ids: string[] = [];
    for (const inputs of ['1', '2', '3']) ids.unshift((await their.make(ask({ inputs }))).id);
    const first = ResponseList.parse(await (await their.list('?limit=2')).json());
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const rest = ResponseList.parse(await (await their.list(`?after=${first.last_id ?? ''}`)).json());
    expect(rest).toMatchObject({ data: [{ id: ids[2] }], has_more: false });
  });

  it('deletes what has ended', async () => {
    provider.use(says('1'));
    const { id } = await responses.make(ask());
    expect(await (await responses.delete(id)).json()).toEqual({ id, object: 'response', deleted: true });
    expect(await errorOf(await responses.delete(id))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('cannot cancel what has ended', async () => {
    provider.use(says('1'));
    const { id } = await responses.make(ask());
    expect(await errorOf(await responses.cancel(id))).toMatchObject({ code: 'RESPONSE_ENDED' });
  });

  it('cancels on another process: the model is given up and the code is stopped', async () => {
    const other = await stage.api(modelSettings(provider.url));
    const stopped = Promise.withResolvers<undefined>();
    const started = Promise.withResolvers<undefined>();
    worker.use(async ({ cancelled }) => {
      started.resolve(undefined);
      await cancelled;
      stopped.resolve(undefined);
      return { exit: { reason: 'cancelled', code: null, signal: null } };
    });
    provider.use(callsCode(CODE));
    const asked = responses.make(ask({ thread_id: 'cancelled' }));
    await started.promise;
    const list = ResponseList.parse(await (await responses.list('?limit=1')).json());
    const id = list.first_id ?? '';
    expect(await errorOf(await responses.delete(id))).toMatchObject({ code: 'RESPONSE_RUNNING' });
    const answer = await fetch(`${other.url}/v1/model/response/${id}/cancel`, {
      ...{ method: 'POST', headers: { authorization: `Bearer ${client.organization.key}` } },
    });
    expect(await answer.json()).toMatchObject({ id, status: 'cancelled', error: null });
    await stopped.promise;
    expect(await asked).toMatchObject({ id, status: 'cancelled', output: [{ status: 'incomplete' }] });
  });

  it('ends when its client leaves', async () => {
    provider.use(hangs);
    const leaving = new AbortController();
    const asked = fetch(`${api.url}/v1/model/response`, {
      ...{ method: 'POST', body: JSON.stringify(ask()), signal: leaving.signal },
      headers: { authorization: `Bearer ${client.organization.key}`, 'content-type': 'application/json' },
    });
    await eventually(() => provider.requests.length === 1);
    leaving.abort();
    await expect(asked).rejects.toThrow();
    await eventually(() => provider.abandoned() === 1);
    const list = ResponseList.parse(await (await responses.list('?limit=1')).json());
    await eventually(async () => (await responses.read(list.first_id ?? '')).status === 'cancelled');
  });

  it('fails what is made by a process that closes', async () => {
    const closing = await stage.api(modelSettings(provider.url));
    provider.use(hangs);
    const their = createResponseClient({ ...client, ...clientOf(closing) });
    const asked = their.make(ask());
    await eventually(() => provider.requests.length === 1);
    await closing.stop();
    expect(await asked).toMatchObject({ status: 'failed', error: { code: 'RESPONSE_LOST' } });
  });

  it('fails what was made by a process that is gone', async () => {
    provider.use(says('1'));
    const { id } = await responses.make(ask());
    await stage.query(
      `update responses set status = 'in_progress', completed_at = null, heartbeat_at = now() - interval '1 minute'
       where id = $1`,
      [id],
    );
    await eventually(async () => (await responses.read(id)).status === 'failed');
    expect(await responses.read(id)).toMatchObject({ error: { code: 'RESPONSE_LOST' } });
  });
});

function clientOf({ url }: TestApi) {
  return {
    request: (method: string, path: string, { body }: { body?: unknown } = {}) =>
      fetch(url + path, {
        ...{ method, body: JSON.stringify(body) },
        headers: { authorization: `Bearer ${client.organization.key}`, 'content-type': 'application/json' },
      }),
  };
}
