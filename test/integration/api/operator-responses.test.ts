/** Responses of all organizations: what operators see of them, and how they end them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OperatorResponse } from '../../../shared/contracts/operator-response.ts';
import { newId } from '../../../shared/platform/new-id.ts';
import { errorOf } from '../../helpers/api-client.ts';
import { eventually } from '../../helpers/eventually.ts';
import { callsCode, fails, hangs, says } from '../../helpers/model-server.ts';
import { ADMIN_TOKEN, bodyOf, createOperator, type Operator } from '../../helpers/operator.ts';
import { ask, CODE, openResponseStage, prints, type ResponseStage } from '../../helpers/response-stage.ts';
import { uploaded } from '../../helpers/uploads.ts';

let opened: ResponseStage;
let operator: Operator;

beforeAll(async () => {
  opened = await openResponseStage({ ADMIN_TOKEN, MODEL_SILENCE_S: '60' });
  operator = createOperator(opened.api.url);
});

beforeEach(() => {
  opened.worker.use(prints);
  opened.provider.use();
});

afterAll(async () => {
  await opened.close();
});

const responseOf = async (answer: Response) => OperatorResponse.parse(await bodyOf(answer));
const read = async (id: string) => responseOf(await operator.request('GET', `/admin/api/responses/${id}`));
const cancel = (id: string) => operator.request('POST', `/admin/api/responses/${id}/cancel`);
const cancelsIn = (organizationId: string) =>
  operator.audit({ action: 'response.cancel', organization_id: organizationId });

describe('operator responses: steps', () => {
  it('shows what each took: what came of it, its tokens, and which execution ran its code', async () => {
    const { provider, responses } = opened;
    provider.use(callsCode(CODE), says('It grows.'));
    const { id } = await responses.make(ask());
    const { model_steps: steps, output, runs } = await read(id);
    const took = { attempts: 1, input_tokens: 10, output_tokens: 5 };
    expect(steps).toMatchObject([
      { ...took, item_ids: [output[0]?.id] },
      { ...took, item_ids: [output[1]?.id] },
    ]);
    for (const { model_ms: modelMs, first_token_ms: firstTokenMs } of steps)
      expect(firstTokenMs).toBeLessThanOrEqual(modelMs);
    expect(output[0]).toMatchObject({ execution_id: runs[0]?.execution_id });
  });

  it('shows how often one was asked for that failed, after those before it', async () => {
    const { provider, responses } = opened;
    const away = fails(503, { 'retry-after': '0' });
    provider.use(callsCode(CODE), away, away, away);
    const { id, usage } = await responses.make(ask());
    expect(usage).toMatchObject({ input_tokens: 10, output_tokens: 5 });
    expect(await read(id)).toMatchObject({
      status: 'failed',
      model_steps: [{ attempts: 1 }, { attempts: 3, item_ids: [], input_tokens: null, first_token_ms: null }],
    });
  });

  it('keeps those of the process before when another goes on', async () => {
    const { stage, provider, responses } = opened;
    provider.use(callsCode(CODE), hangs, says('Done.'));
    const { id } = await responses.make(ask({ background: true }));
    await eventually(() => provider.requests.length === 2);
    const ended = await eventually(async () => {
      await stage.query(`update responses set heartbeat_at = to_timestamp(0) where id = $1 and attempt = 1`, [id]);
      const response = await read(id);
      return response.status === 'completed' && response;
    });
    expect(ended.model_steps).toMatchObject([{ item_ids: [ended.output[0]?.id] }, { item_ids: [ended.output[1]?.id] }]);
  });

  it('stay with operators', async () => {
    const { provider, responses, client } = opened;
    provider.use(says('4'));
    const { id } = await responses.make(ask());
    const shown = await (await client.request('GET', `/v1/model/response/${id}`)).text();
    expect(shown).not.toContain('model_steps');
  });
});

describe('operator responses: files', () => {
  it('are told by name and size, and to whom they were given', async () => {
    const { api, provider, responses, client } = opened;
    provider.use(says('Seen.'), says('Not seen.'));
    const file = await uploaded(api.url, client, 'a,b\n1,2\n', { name: 'sales.csv' });
    const inputs = [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look.' },
          { type: 'file', file_id: file.id },
        ],
      },
    ];
    const tools = [{ type: 'code_interpreter' }, { type: 'file_retrieval' }];
    const given = await responses.make(ask({ inputs, tools }));
    const shown = { file_id: file.id, name: 'sales.csv', size_bytes: 8, mime_type: 'text/csv' };
    expect((await read(given.id)).files).toEqual([{ ...shown, given_to: ['code'] }]);
    const withheld = await responses.make(ask({ inputs }));
    expect((await read(withheld.id)).files).toEqual([{ ...shown, given_to: [] }]);
  });
});

describe('operator responses: cancel', () => {
  it('gives up the model and stops the code of one that is made, and the audit tells', async () => {
    const { stage, api, provider, worker } = opened;
    const client = await stage.client(api);
    const [started, stopped] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    worker.use(async ({ cancelled }) => {
      started.resolve();
      await cancelled;
      stopped.resolve();
      return { exit: { reason: 'cancelled', code: null, signal: null } };
    });
    provider.use(callsCode(CODE));
    const { id } = Object(
      await bodyOf(await client.request('POST', '/v1/model/response', { body: ask({ background: true }) })),
    );
    await started.promise;
    expect(await responseOf(await cancel(id))).toMatchObject({ status: 'cancelled', model_steps: [{ attempts: 1 }] });
    await stopped.promise;
    expect(await cancelsIn(client.organization.id)).toMatchObject([{ outcome: 'done', target_id: id }]);
  });

  it('ends one that waits', async () => {
    const { stage, client } = opened;
    const id = newId('resp');
    await stage.query(
      `insert into responses (id, organization_id, model, status, background, request, input, messages, attempt)
        values ($1, $2, 'elsewhere', 'queued', true, $3, '[]', '[]', 0)`,
      [id, client.organization.id, JSON.stringify({ code: { mode: 'auto', outputs: true }, guidance: '' })],
    );
    const { status } = Object(await bodyOf(await cancel(id)));
    expect(status).toBe('cancelled');
  });

  it('changes nothing of one that is cancelled already', async () => {
    const { provider, responses } = opened;
    provider.use(hangs);
    const { id } = await responses.make(ask({ background: true }));
    const first = await responseOf(await cancel(id));
    expect(first.status).toBe('cancelled');
    expect(await responseOf(await cancel(id))).toEqual(first);
  });

  it('is refused once it has ended, and the audit tells of the try', async () => {
    const { stage, api, provider } = opened;
    const client = await stage.client(api);
    provider.use(says('4'));
    const { id } = Object(await bodyOf(await client.request('POST', '/v1/model/response', { body: ask() })));
    expect(await errorOf(await cancel(id))).toMatchObject({ code: 'RESPONSE_ENDED' });
    expect(await cancelsIn(client.organization.id)).toMatchObject([
      { outcome: 'failed', details: { code: 'RESPONSE_ENDED' } },
    ]);
  });

  it('is not found where there is none', async () => {
    expect(await errorOf(await cancel(newId('resp')))).toMatchObject({ code: 'NOT_FOUND' });
  });
});
