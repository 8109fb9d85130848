import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI, { type ClientOptions } from 'openai';
import { z } from 'zod';
import { callsCode, says } from '../../helpers/model-server.ts';
import { createOpenAi } from '../../helpers/openai-client.ts';
import { CODE, openResponseStage, prints, QUESTION, type ResponseStage } from '../../helpers/response-stage.ts';

const TOOLS: OpenAI.Responses.Tool[] = [{ type: 'code_interpreter', container: { type: 'auto' } }];
const ASKED = { model: 'clever', tools: TOOLS, input: QUESTION };

let opened: ResponseStage;
let provider: ResponseStage['provider'];
let worker: ResponseStage['worker'];
let openai: OpenAI;

beforeAll(async () => {
  opened = await openResponseStage();
  ({ provider, worker } = opened);
  openai = createOpenAi(opened.api, opened.client);
});

afterAll(async () => {
  await opened.close();
});

beforeEach(() => {
  worker.use(prints);
  provider.use();
});

const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

/** A `fetch` that tells how often it was called. */
function countingFetch(answer: (url: string | URL | Request, init?: RequestInit) => Promise<Response> = fetch) {
  const calls: Response[] = [];
  return {
    calls,
    fetch: async (url: string | URL | Request, init?: RequestInit) => {
      const given = await answer(url, init);
      calls.push(given);
      return given;
    },
  };
}

describe('openai errors: classes', () => {
  it('is a bad request where the body is no JSON', async () => {
    const error = await errorOf(
      openai.post('/responses', { body: Buffer.from('{'), headers: { 'content-type': 'application/json' } }),
    );
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ code: 'INVALID_JSON' });
  });

  it('is an authentication error for a wrong key', async () => {
    const error = await errorOf(createOpenAi(opened.api, opened.client, { apiKey: 'wrong' }).responses.create(ASKED));
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(error).toMatchObject({ status: 401, code: 'INVALID_API_KEY', requestID: expect.any(String) });
  });

  it('is a permission error where running code is switched off', async () => {
    const client = await opened.stage.client(opened.api);
    await opened.stage.query('update organizations set interpreter = false where id = $1', [client.organization.id]);
    const error = await errorOf(createOpenAi(opened.api, client).responses.create(ASKED));
    expect(error).toBeInstanceOf(OpenAI.PermissionDeniedError);
    expect(error).toMatchObject({ code: 'TOOL_NOT_AVAILABLE', param: 'tools' });
  });

  it('is not found for what is not there', async () => {
    const error = await errorOf(openai.responses.retrieve(`resp_${'0'.repeat(20)}`));
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is a conflict for a response that has ended, and is not tried again', async () => {
    provider.use(says('Hi.'));
    const { id } = await openai.responses.create(ASKED);
    const { calls, fetch: counted } = countingFetch();
    const again = createOpenAi(opened.api, opened.client, { fetch: counted, maxRetries: 2 });
    const error = await errorOf(again.responses.cancel(id));
    expect(error).toBeInstanceOf(OpenAI.ConflictError);
    expect(error).toMatchObject({ code: 'RESPONSE_ENDED' });
    expect(calls).toHaveLength(1);
  });

  it.each([
    [{ ...ASKED, temperature: 9 }, 'temperature'],
    [{ ...ASKED, model: 'none' }, 'model'],
    [{ ...ASKED, input: [{ role: 'tool', content: 'a' }] }, 'input.0.role'],
  ])('is unprocessable for %j, and names the field', async (body, param) => {
    const error = await errorOf(openai.post('/responses', { body }));
    expect(error).toBeInstanceOf(OpenAI.UnprocessableEntityError);
    expect(error).toMatchObject({ code: 'VALIDATION_ERROR', param });
  });

  it('has the id of the request, also where all is well', async () => {
    provider.use(says('Hi.'));
    expect((await openai.responses.create(ASKED))._request_id).toMatch(/\S/);
  });
});

describe('openai errors: quotas', () => {
  /** A client of an organization that may send so many requests in a minute. */
  const limited = async (requestsPerMinute: number) => {
    const client = await opened.stage.client(opened.api);
    await opened.stage.query('update organizations set quotas = $2 where id = $1', [
      ...[client.organization.id, JSON.stringify({ requests_per_minute: requestsPerMinute })],
    ]);
    return (options: ClientOptions = {}) => createOpenAi(opened.api, client, options);
  };

  it('is a rate limit error past the requests of a minute, with all that it takes to wait', async () => {
    const one = (await limited(1))();
    await one.responses.retrieve(`resp_${'0'.repeat(20)}`).catch(() => undefined);
    const error = await errorOf(one.responses.create(ASKED));
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error).toMatchObject({
      ...{ status: 429, code: 'REQUESTS_PER_MINUTE_EXCEEDED', type: 'rate_limit_error' },
      requestID: expect.stringMatching(/\S/),
    });
    const { headers } = z.object({ headers: z.instanceof(Headers) }).parse(error);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(50);
    expect(headers.get('x-ratelimit-limit-requests')).toBe('1');
    expect(headers.get('x-ratelimit-remaining-requests')).toBe('0');
    expect(headers.get('x-should-retry')).toBe('true');
    expect(provider.requests).toHaveLength(0);
  });

  it('is waited out for as long as is said: any sooner would be refused again', async () => {
    const { calls, fetch: counted } = countingFetch();
    const open = await limited(20); // one in three seconds, which is more than the client waits by itself
    const spend = () => errorOf(open().responses.retrieve(`resp_${'0'.repeat(20)}`));
    while (!((await spend()) instanceof OpenAI.RateLimitError));
    provider.use(says('Patience.'));
    expect(await open({ fetch: counted, maxRetries: 1 }).responses.create(ASKED)).toMatchObject({
      output_text: 'Patience.',
    });
    expect(calls.map(({ status }) => status)).toEqual([429, 200]);
    expect(Number(calls[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  });
});

describe('openai errors: retries', () => {
  it('are not made where no model is there to be asked', async () => {
    const bare = await opened.stage.api();
    const { calls, fetch: counted } = countingFetch();
    const retrying = createOpenAi(bare, opened.client, { fetch: counted, maxRetries: 2 });
    const error = await errorOf(retrying.responses.create({ tools: TOOLS, input: QUESTION }));
    expect(error).toBeInstanceOf(OpenAI.InternalServerError);
    expect(error).toMatchObject({ status: 503, code: 'MODEL_NOT_CONFIGURED' });
    expect(calls).toHaveLength(1);
  });

  it('run code once where the answer was lost and a key was given', async () => {
    let isLost = false;
    const { calls, fetch: counted } = countingFetch(async (url, init) => {
      const answer = await fetch(url, init);
      if (isLost) return answer;
      isLost = true;
      await answer.text();
      throw new TypeError('the connection was cut');
    });
    provider.use(callsCode(CODE), says('Done.'));
    const before = worker.taken.length;
    const retrying = createOpenAi(opened.api, opened.client, { fetch: counted, maxRetries: 2 });
    const response = await retrying.responses.create(ASKED, { headers: { 'idempotency-key': 'once-1' } });
    expect(response).toMatchObject({ status: 'completed', output_text: 'Done.' });
    expect(worker.taken.length - before).toBe(1);
    expect(calls.at(-1)?.headers.get('idempotency-replayed')).toBe('true');
  });

  it('run code once where the connection was cut in the middle and a key was given', async () => {
    const cut = new AbortController();
    const ending = Promise.withResolvers<undefined>();
    let isCut = false;
    const { fetch: counted } = countingFetch((url, init) => {
      if (isCut) return fetch(url, init);
      isCut = true;
      return fetch(url, { ...init, signal: cut.signal });
    });
    worker.use(async ({ started }) => {
      await started();
      cut.abort(new TypeError('the connection was cut'));
      await ending.promise;
      return { outputs: [{ type: 'text', stream: 'stdout', text: 'late' }] };
    });
    provider.use(callsCode(CODE), says('Done.'));
    const before = worker.taken.length;
    const retrying = createOpenAi(opened.api, opened.client, { fetch: counted, maxRetries: 2 });
    const made = retrying.responses.create(ASKED, { headers: { 'idempotency-key': 'once-2' } });
    ending.resolve(undefined);
    expect(await made).toMatchObject({ status: 'completed', output_text: 'Done.' });
    expect(worker.taken.length - before).toBe(1);
  });

  it('are refused where the key comes with another body', async () => {
    provider.use(says('Hi.'));
    const options = { headers: { 'idempotency-key': 'once-3' } };
    await openai.responses.create(ASKED, options);
    const error = await errorOf(openai.responses.create({ ...ASKED, input: 'Other' }, options));
    expect(error).toBeInstanceOf(OpenAI.ConflictError);
    expect(error).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });

  it('give a stream from its beginning', async () => {
    provider.use(says('Hi.'));
    const options = { headers: { 'idempotency-key': 'once-4' } };
    const numbersOf = async () => {
      const seen: number[] = [];
      const stream = await openai.responses.create({ ...ASKED, stream: true }, options);
      for await (const { sequence_number } of stream) seen.push(sequence_number);
      return seen;
    };
    const first = await numbersOf();
    expect(await numbersOf()).toEqual(first);
    expect(provider.requests).toHaveLength(1);
  });
});

describe('openai errors: outages', () => {
  const refusedOnce = async (headers: Readonly<Record<string, string>>) => {
    const { calls, fetch: counted } = countingFetch(async (url, init) => {
      const answer = await fetch(url, init);
      if (answer.status === 503) await opened.stage.redis.restart();
      return answer;
    });
    await opened.stage.redis.kill9();
    provider.use(says('Hi.'));
    const retrying = createOpenAi(opened.api, opened.client, { fetch: counted, maxRetries: 5 });
    const made = retrying.responses.create({ ...ASKED, stream: true }, { headers });
    // What nobody reads would keep its connection.
    const error = await errorOf(made.then((stream) => stream.controller.abort()));
    await opened.stage.redisBack(opened.api);
    return { error, answers: calls.map(({ status }) => status) };
  };

  it('are waited out where a key keeps code from running twice', async () => {
    const { error, answers } = await refusedOnce({ 'idempotency-key': 'once-5' });
    expect(error).toBeUndefined();
    expect(answers.at(0)).toBe(503);
    expect(answers.at(-1)).toBe(200);
  }, 30_000);

  it('are told at once where something may run', async () => {
    const { error, answers } = await refusedOnce({});
    expect(error).toMatchObject({ status: 503, code: 'QUEUE_UNAVAILABLE' });
    expect(answers).toEqual([503]);
  }, 30_000);
});
