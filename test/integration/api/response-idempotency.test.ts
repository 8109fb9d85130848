import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { allEvents, createApiClient, errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { eventually } from '../../helpers/eventually.ts';
import { callsCode, says } from '../../helpers/model-server.ts';
import { createResponseClient, madeOf, textOf, type ResponseClient } from '../../helpers/response-client.ts';
import { ask, CODE, modelSettings, openResponseStage, type ResponseStage } from '../../helpers/response-stage.ts';

let opened: ResponseStage;
let provider: ResponseStage['provider'];
let responses: ResponseStage['responses'];
let other: TestApi;
let elsewhere: ResponseClient;

beforeAll(async () => {
  opened = await openResponseStage();
  ({ provider, responses } = opened);
  other = await opened.stage.api(modelSettings(provider.url));
  elsewhere = createResponseClient(createApiClient(other.url, opened.client.organization.key));
});

afterAll(async () => {
  await opened.close();
});

beforeEach(() => {
  provider.use();
});

const key = (value: string) => ({ 'idempotency-key': value });

describe('responses: idempotency keys', () => {
  it('make one response of equal requests that come at once, on two processes', async () => {
    provider.use(callsCode(CODE), says('Once.'));
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, at) => (at % 2 === 0 ? responses : elsewhere).post(ask(), key('many'))),
    );
    const made = await Promise.all(answers.map(madeOf));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(made.map(({ status }) => status)).toEqual(made.map(() => 'completed'));
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
    expect(provider.requests).toHaveLength(2);
  });

  it('answer the same later, however the body is laid out', async () => {
    provider.use(says('Once.'));
    const first = await madeOf(await responses.post({ inputs: 'A', max_steps: 2 }, key('later')));
    const again = await elsewhere.post({ max_steps: 2, inputs: 'A' }, key('later'));
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await madeOf(again)).id).toBe(first.id);
  });

  it('are refused with another body', async () => {
    provider.use(says('Once.'));
    await responses.post(ask(), key('other'));
    expect(await errorOf(await responses.post(ask({ inputs: 'B' }), key('other')))).toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
  });

  it('make nothing a second time once the response was deleted', async () => {
    provider.use(says('Once.'));
    const { id } = await madeOf(await responses.post(ask(), key('deleted')));
    await responses.delete(id);
    expect(await errorOf(await responses.post(ask(), key('deleted')))).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });

  it('follow a stream from its beginning', async () => {
    provider.use(says('Once.'));
    const first = await allEvents(await responses.stream(ask(), key('stream')));
    const answer = await elsewhere.stream(ask(), key('stream'));
    expect(answer.headers.get('idempotency-replayed')).toBe('true');
    expect(await allEvents(answer)).toEqual(first);
  });

  it('let a client leave and ask again', async () => {
    let isGone = false;
    provider.use(async (res, req) => {
      await eventually(() => isGone);
      await says('Still here.')(res, req);
    });
    const leaving = new AbortController();
    const asked = fetch(`${opened.api.url}/v1/model/response`, {
      ...{ method: 'POST', body: JSON.stringify(ask()), signal: leaving.signal },
      headers: {
        ...{ authorization: `Bearer ${opened.client.organization.key}`, 'content-type': 'application/json' },
        ...key('left'),
      },
    });
    await eventually(() => provider.requests.length === 1);
    leaving.abort();
    await expect(asked).rejects.toThrow();
    const again = elsewhere.post(ask(), key('left'));
    isGone = true;
    expect(textOf(await madeOf(await again))).toBe('Still here.');
    expect(provider.requests).toHaveLength(1);
  });

  it('tell a response in the background as it stands', async () => {
    provider.use(says('Later.'));
    const { id } = await madeOf(await responses.post(ask({ background: true }), key('background')));
    await eventually(async () => (await responses.read(id)).status === 'completed');
    const again = await madeOf(await elsewhere.post(ask({ background: true }), key('background')));
    expect(again).toMatchObject({ id, status: 'completed' });
  });

  it('are free again after a request that was refused', async () => {
    expect((await responses.post(ask({ model: 'none' }), key('refused'))).status).toBe(422);
    provider.use(says('Now.'));
    expect((await responses.post(ask(), key('refused'))).status).toBe(200);
  });
});
