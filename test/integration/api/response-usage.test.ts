import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { UsageReport } from '../../../shared/contracts/usage.ts';
import type { Client } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { callsCode, fails, says } from '../../helpers/model-server.ts';
import { bodyOf } from '../../helpers/operator.ts';
import { createResponseClient, madeOf, type ResponseClient } from '../../helpers/response-client.ts';
import { ask, CODE, openResponseStage, prints, type ResponseStage } from '../../helpers/response-stage.ts';

let opened: ResponseStage;
let client: Client;
let responses: ResponseClient;

beforeAll(async () => {
  opened = await openResponseStage();
});

beforeEach(async () => {
  client = await opened.stage.client(opened.api);
  responses = createResponseClient(client);
});

afterAll(async () => {
  await opened.close();
});

const totals = async () => UsageReport.parse(await bodyOf(await client.request('GET', '/v1/usage'))).totals;

describe('usage: responses', () => {
  it('counts what ended and its tokens, over all steps', async () => {
    opened.provider.use(callsCode(CODE), says('Done.'));
    const { usage } = await responses.make(ask());
    expect(usage).toMatchObject({ input_tokens: 20, output_tokens: 10 });
    expect(await totals()).toMatchObject({ responses: 1, input_tokens: 20, output_tokens: 10, executions: 1 });
  });

  it('counts one that failed, with the tokens of the steps before', async () => {
    opened.provider.use(callsCode(CODE), fails(400));
    expect(await responses.make(ask())).toMatchObject({ status: 'failed' });
    expect(await totals()).toMatchObject({ responses: 1, input_tokens: 10, output_tokens: 5 });
  });

  it('counts the tokens of a step whose code was cancelled', async () => {
    opened.provider.use(callsCode(CODE));
    let runs = false;
    opened.worker.use(async ({ cancelled }) => {
      runs = true;
      await cancelled;
      return { exit: { reason: 'cancelled', code: null, signal: null } };
    });
    const { id } = await responses.make(ask({ background: true }));
    await eventually(() => runs);
    expect(await madeOf(await responses.cancel(id))).toMatchObject({ status: 'cancelled' });
    opened.worker.use(prints);
    expect(await totals()).toMatchObject({ responses: 1, input_tokens: 10, output_tokens: 5 });
  });

  it('adds up, and tells organizations apart', async () => {
    opened.provider.use(says('1'), says('2'), says('3'));
    await responses.make(ask());
    await responses.make(ask());
    await createResponseClient(await opened.stage.client(opened.api)).make(ask());
    const report = UsageReport.parse(await bodyOf(await client.request('GET', '/v1/usage?granularity=hour')));
    expect(report.totals).toMatchObject({ responses: 2, input_tokens: 20, executions: 0 });
    expect(report.data.filter(({ responses: count }) => count > 0)).toHaveLength(1);
  });

  it('keeps what deleted responses used, and counts an end once', async () => {
    opened.provider.use(says('1'));
    const { id } = await responses.make(ask());
    await opened.stage.query(`update responses set status = 'failed' where id = $1`, [id]);
    await responses.delete(id);
    expect(await totals()).toMatchObject({ responses: 1, output_tokens: 5 });
  });
});
