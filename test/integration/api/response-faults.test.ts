import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  breaksJson,
  breaksOff,
  callsCode,
  callsTool,
  fails,
  hangs,
  says,
  saysAndHangs,
} from '../../helpers/model-server.ts';
import { callsOf, createResponseClient, textOf } from '../../helpers/response-client.ts';
import { ask, modelSettings, openResponseStage, prints, type ResponseStage } from '../../helpers/response-stage.ts';
import { tracesInDatabase, tracesInRedis } from '../../helpers/traces-left.ts';

let opened: ResponseStage;
let stage: ResponseStage['stage'];
let provider: ResponseStage['provider'];
let worker: ResponseStage['worker'];
let responses: ResponseStage['responses'];

beforeAll(async () => {
  opened = await openResponseStage();
  ({ stage, provider, worker, responses } = opened);
});

afterAll(async () => {
  await opened.close();
});

beforeEach(() => {
  worker.use(prints);
  provider.use();
});

describe('responses: faults of the model', () => {
  it('asks again after a rate limit and after a failure', async () => {
    provider.use(fails(429, { 'retry-after-ms': '10' }), fails(500), says('At last.'));
    expect(textOf(await responses.make(ask()))).toBe('At last.');
  });

  it('tells a model that fails for good', async () => {
    provider.use(fails(500), fails(500), fails(500));
    const made = await responses.make(ask());
    expect(made).toMatchObject({ status: 'failed', error: { code: 'MODEL_UNAVAILABLE' } });
    expect(JSON.stringify(made)).not.toContain('secret');
  });

  it.each([
    ['refuses', [fails(401)], 'MODEL_REFUSED'],
    ['answers no JSON', [breaksJson, breaksJson, breaksJson], 'MODEL_ANSWER_INVALID'],
    ['falls silent', [saysAndHangs('Well, ')], 'MODEL_TIMEOUT'],
  ] as const)('fails when the model %s', async (_, answers, code) => {
    provider.use(...answers);
    expect(await responses.make(ask())).toMatchObject({ status: 'failed', error: { code } });
  });

  it('keeps the key of a model nowhere, whatever came of it', async () => {
    provider.use(callsCode('print("a")'), says('Done.'));
    const made = [await responses.make(ask())];
    provider.use(fails(401));
    made.push(await responses.make(ask()));
    expect(provider.requests.map(({ authorization }) => authorization)).toContain('Bearer sk-secret');
    expect(await tracesInDatabase(stage.query, ['clever'])).toContainEqual(expect.stringMatching(/^responses:/));
    expect(await tracesInDatabase(stage.query, ['sk-secret'])).toEqual([]);
    expect(await tracesInRedis(worker.boundary.redis, ['sk-secret'])).toEqual([]);
    expect(JSON.stringify(made)).not.toContain('sk-secret');
  });

  it('takes no key along to where a provider redirects', async () => {
    provider.use((res) => {
      res.writeHead(307, { location: `${provider.url}/elsewhere` });
      res.end();
    });
    expect(await responses.make(ask())).toMatchObject({ status: 'failed', error: { code: 'MODEL_REFUSED' } });
    expect(provider.requests).toHaveLength(1);
  });

  it('reads of an error no more than its beginning', async () => {
    let sentBytes = 0;
    provider.use((res) => {
      res.writeHead(400, { 'content-type': 'application/json' });
      const more = () => {
        do sentBytes += 64 * 1024;
        while (!res.destroyed && res.write('x'.repeat(64 * 1024)));
      };
      res.on('drain', more);
      more();
    });
    expect(await responses.make(ask())).toMatchObject({ status: 'failed', error: { code: 'MODEL_REFUSED' } });
    expect(sentBytes).toBeLessThan(16 * 1024 * 1024);
  });

  it('keeps what a model said before it broke off', async () => {
    provider.use(breaksOff);
    const made = await responses.make(ask());
    expect(made).toMatchObject({ status: 'failed', output: [{ type: 'message', status: 'incomplete' }] });
    expect(textOf(made)).toBe('half');
  });

  it('lets the model mend a malformed call', async () => {
    provider.use(callsTool('code_interpreter', '{"source":1}'), says('Sorry.'));
    const made = await responses.make(ask());
    expect(made.status).toBe('completed');
    expect(provider.requests[1]?.messages.at(-1)).toMatchObject({ role: 'tool' });
  });

  it('stops a model that never comes to an end', async () => {
    provider.use(callsCode('1'), callsCode('2'), callsCode('3'));
    const made = await responses.make(ask({ max_steps: 2 }));
    expect(made).toMatchObject({ status: 'incomplete', error: { code: 'STEPS_EXHAUSTED' } });
    expect(callsOf(made)).toHaveLength(2);
  });

  it('stops when its time is over', async () => {
    const hasty = await stage.api({ ...modelSettings(provider.url), RESPONSE_SECONDS_MAX: '1' });
    const their = createResponseClient(await stage.client(hasty));
    provider.use(hangs);
    expect(await their.make(ask())).toMatchObject({ status: 'incomplete', error: { code: 'TIME_EXHAUSTED' } });
  });
});
