import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CODE_SEARCH_CHARACTERS_MAX,
  CODE_SEARCH_CHARACTERS_MIN,
  CODE_SEARCHED_CHARACTERS,
} from '../../../shared/contracts/limits.ts';
import { OperatorExecution, OperatorExecutionList } from '../../../shared/contracts/operator-execution.ts';
import { newId } from '../../../shared/platform/new-id.ts';
import { errorOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { ADMIN_TOKEN, bodyOf, createOperator, type Operator } from '../../helpers/operator.ts';
import { aRow } from '../../helpers/raw-rows.ts';
import { echo, startOf, type StandInWorker } from '../../helpers/stand-in-worker.ts';

let stage: Stage;
let api: TestApi;
let worker: StandInWorker;
let operator: Operator;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ ADMIN_TOKEN });
  worker = await stage.worker(api, { script: echo });
  operator = createOperator(api.url);
});

afterAll(async () => {
  await stage.close();
});

const at = (second: number) => new Date(Date.UTC(2025, 0, 1, 0, 0, second));

/** Ended executions of one organization, one a second, the first the oldest. */
async function ended(client: Client, changes: readonly Readonly<Record<string, unknown>>[]): Promise<string[]> {
  const ids: string[] = [];
  for (const [second, change] of changes.entries()) {
    const end = { status: 'completed', exit_reason: 'ok', finished_at: at(second), created_at: at(second) };
    ids.push(await aRow(stage, client.organization.id, { ...end, ...change }));
  }
  return ids;
}

async function list(query: Readonly<Record<string, string>>) {
  const path = `/admin/api/executions?${String(new URLSearchParams(query))}`;
  return OperatorExecutionList.parse(await bodyOf(await operator.request('GET', path)));
}

const idsIn = async (query: Readonly<Record<string, string>>) => (await list(query)).data.map(({ id }) => id);

describe('operator executions: list', () => {
  it('shows executions of all organizations, the newest first, without code and outputs', async () => {
    const [one, other] = [await stage.client(api), await stage.client(api)];
    const [first, second] = [await one.run({ code: 'secret' }), await other.run({ code: 'secret' })];
    const page = await list({ limit: '2' });
    expect(page.data.map(({ id, organization_id }) => [id, organization_id])).toEqual([
      [second.id, other.organization.id],
      [first.id, one.organization.id],
    ]);
    expect(page.data[0]).toMatchObject({ worker_id: 'stand-in', generation: 1, losses: 0, input_bytes: 6 });
    expect(JSON.stringify(page)).not.toContain('secret');
  });

  it('gives every execution once, page by page, also those of one moment', async () => {
    const client = await stage.client(api);
    const organization_id = client.organization.id;
    const ids = await ended(client, Array(7).fill({ created_at: at(5) }));
    const seen: string[] = [];
    for (let after: string | null | undefined; after !== null;) {
      const page = await list({ organization_id, limit: '2', ...(after !== undefined && { after }) });
      seen.push(...page.data.map(({ id }) => id));
      after = page.has_more ? page.last_id : null;
    }
    expect(seen).toEqual([...ids].sort().reverse());
  });

  it.each([
    ['status', { status: 'failed' }, [1, 2]],
    ['exit reason', { exit_reason: 'timed_out' }, [2]],
    ['worker', { worker_id: 'worker_b' }, [1]],
    ['times', { created_after: at(0).toISOString(), created_before: at(3).toISOString() }, [1, 2]],
    ['shortest time', { wall_ms_min: '500' }, [1, 2]],
    ['longest time', { wall_ms_max: '500' }, [0, 1]],
    ['text in the code', { text: 'the_TEXT' }, [0, 3]],
    ['several together', { status: 'failed', wall_ms_max: '500' }, [1]],
  ])('narrows by %s', async (_name, query, expected) => {
    const client = await stage.client(api);
    const ids = await ended(client, [
      { wall_ms: 10, code: 'before\nThe_text(1) after' },
      { wall_ms: 500, status: 'failed', exit_reason: 'exception', worker_id: 'worker_b' },
      { wall_ms: 501, status: 'failed', exit_reason: 'timed_out', code: 'the-text' },
      { code: 'the_text' },
    ]);
    const found = await idsIn({ organization_id: client.organization.id, ...query });
    expect(found.map((id) => ids.indexOf(id)).reverse()).toEqual(expected);
  });

  it('finds one by its id', async () => {
    const [first] = await ended(await stage.client(api), [{}, {}]);
    expect(await idsIn({ id: first ?? '' })).toEqual([first]);
  });

  it.each(['100%', 'a_b', String.raw`c:\new`])('takes %s in a text for itself alone', async (text) => {
    const client = await stage.client(api);
    const [id] = await ended(client, [{ code: `x = "${text}"` }, { code: 'x = "100 axb c:new"' }]);
    expect(await idsIn({ organization_id: client.organization.id, text })).toEqual([id]);
  });

  it('finds code of executions that wait', async () => {
    const id = await aRow(stage, (await stage.client(api)).organization.id, { code: 'waiting_for_its_turn' });
    expect(await idsIn({ text: 'waiting_for_its_turn' })).toEqual([id]);
  });

  it.each([
    ['the shortest text', 'x'.repeat(CODE_SEARCH_CHARACTERS_MIN)],
    ['the longest text', 'x'.repeat(CODE_SEARCH_CHARACTERS_MAX)],
  ])('looks for %s', async (_name, text) => {
    expect(await idsIn({ organization_id: newId('org'), text })).toEqual([]);
  });

  it.each([
    ['one character less than the shortest text', 'text', 'x'.repeat(CODE_SEARCH_CHARACTERS_MIN - 1)],
    ['one character more than the longest text', 'text', 'x'.repeat(CODE_SEARCH_CHARACTERS_MAX + 1)],
    ['a NUL in the text', 'text', 'ab\u0000c'],
    ['a time that is none', 'wall_ms_min', 'soon'],
    ['another exit reason', 'exit_reason', 'tired'],
  ])('refuses %s', async (_name, param, value) => {
    const response = await operator.request(
      'GET',
      `/admin/api/executions?${String(new URLSearchParams({ [param]: value }))}`,
    );
    expect(await errorOf(response)).toMatchObject({ code: 'VALIDATION_ERROR', param });
  });

  it('tells of a cursor that leads nowhere', async () => {
    const response = await operator.request('GET', `/admin/api/executions?after=${newId('exec')}`);
    expect(await errorOf(response)).toMatchObject({ code: 'NOT_FOUND', param: 'after' });
  });
});

describe('operator executions: search in code', () => {
  /** More executions than are looked through before the index is asked. */
  async function manyOf(client: Client, code: string): Promise<void> {
    await stage.query(
      `insert into executions (id, organization_id, code, timeout_ms, memory_mb, isolation, input_bytes, status,
          exit_reason, finished_at, created_at)
        select 'exec_' || substr(md5($2 || n), 1, 20), $1, $2, 1000, 512, 'organization', 1, 'completed', 'ok', now(),
          now() + n * interval '1 microsecond' from generate_series(1, 3000) n`,
      [client.organization.id, code],
    );
  }

  const indexed = async (id: string) =>
    (await stage.query('select 1 from execution_texts where execution_id = $1', [id])).length === 1;

  it.each([
    ['that has just ended', false],
    ['that has ended some time ago', true],
  ])('finds a rare one %s behind many others', async (_name, isOld) => {
    const client = await stage.client(api);
    const { id } = await client.run({ code: `a_rare_text_${String(isOld)} = 1` });
    if (isOld) {
      await stage.query(`update usage_entries set counted_at = now() - interval '1 minute' where execution_id = $1`, [
        id,
      ]);
      await eventually(() => indexed(id));
    }
    await manyOf(client, `others = ${String(isOld)}`);
    expect(await indexed(id)).toBe(isOld);
    expect(await idsIn({ text: `A_RARE_TEXT_${String(isOld)}` })).toEqual([id]);
    expect(await idsIn({ text: `A_RARE_TEXT_${String(isOld)}`, organization_id: newId('org') })).toEqual([]);
  });

  it('finds a rare one that waits behind many others', async () => {
    const client = await stage.client(api);
    const id = await aRow(stage, client.organization.id, { code: 'a_rare_text_that_waits' });
    await manyOf(client, 'others = "wait"');
    expect(await idsIn({ text: 'rare_text_that_waits' })).toEqual([id]);
    await client.cancel(id);
  });

  it('finds the last characters that are searched, and none behind them', async () => {
    const client = await stage.client(api);
    const codeOf = (characters: number) => `${'#'.repeat(characters - 4)}\nend`;
    const [last] = await ended(client, [
      { code: codeOf(CODE_SEARCHED_CHARACTERS) },
      { code: codeOf(CODE_SEARCHED_CHARACTERS + 1) },
    ]);
    expect(await idsIn({ organization_id: client.organization.id, text: '#\nend' })).toEqual([last]);
  });

  it('forgets the code of what is deleted', async () => {
    const client = await stage.client(api);
    const { id } = await client.run({ code: 'a_text_that_goes' });
    await stage.query(`update usage_entries set counted_at = now() - interval '1 minute' where execution_id = $1`, [
      id,
    ]);
    await eventually(() => indexed(id));
    await client.delete(id);
    expect(await indexed(id)).toBe(false);
  });
});

describe('operator executions: one', () => {
  it('is shown whole, and the audit keeps who looked', async () => {
    const client = await stage.client(api);
    const { id } = await client.run({ code: 'print(1)', stdin: 'in' });
    const execution = OperatorExecution.parse(
      await bodyOf(await operator.request('GET', `/admin/api/executions/${id}`)),
    );
    expect(execution).toMatchObject({ id, code: 'print(1)', stdin: 'in', stdout: 'print(1)', worker_id: 'stand-in' });
    expect(await operator.audit({ action: 'execution.read', organization_id: client.organization.id })).toMatchObject([
      { outcome: 'done', target_id: id, actor: { type: 'operator' } },
    ]);
  });

  it('tells operators alone in which container its code runs', async () => {
    const client = await stage.client(api);
    const container = 'a1b2c3d4e5f6';
    const shown = async (id: string) =>
      OperatorExecution.parse(await bodyOf(await operator.request('GET', `/admin/api/executions/${id}`))).container_id;
    worker.use(async ({ run, boundary, cancelled }) => {
      await boundary.poster.post({ ...startOf(run), container_id: container });
      await cancelled;
      return { container_id: container, exit: { reason: 'cancelled', code: null, signal: null } };
    });
    const { id } = await client.submit({ code: 'x' });
    await eventually(async () => (await shown(id)) === container);
    await client.cancel(id);
    await eventually(async () => (await client.read(id)).status === 'cancelled');
    worker.use(echo);
    expect(await shown(id)).toBe(container);
    expect(JSON.stringify(await client.read(id))).not.toContain(container);
  });

  it('shows no container where the worker did not tell of one', async () => {
    const client = await stage.client(api);
    const { id } = await client.run({ code: 'x' });
    const execution = await bodyOf(await operator.request('GET', `/admin/api/executions/${id}`));
    expect(OperatorExecution.parse(execution).container_id).toBeNull();
  });

  it.each([
    ['GET', ''],
    ['POST', '/cancel'],
    ['POST', '/retry'],
  ])('is not found where there is none: %s %s', async (method, path) => {
    const response = await operator.request(method, `/admin/api/executions/${newId('exec')}${path}`);
    expect((await errorOf(response)).code).toBe('NOT_FOUND');
  });

  it('is cancelled, and the audit tells', async () => {
    const client = await stage.client(api);
    const id = await aRow(stage, client.organization.id);
    const body = OperatorExecution.parse(
      await bodyOf(await operator.request('POST', `/admin/api/executions/${id}/cancel`)),
    );
    expect(body).toMatchObject({ status: 'cancelled', exit: { reason: 'cancelled' } });
    expect(await operator.audit({ action: 'execution.cancel', organization_id: client.organization.id })).toMatchObject(
      [{ outcome: 'done', target_id: id }],
    );
  });

  it('is not cancelled once it has ended, and the audit tells of the try', async () => {
    const client = await stage.client(api);
    const { id } = await client.run({ code: 'x' });
    const response = await operator.request('POST', `/admin/api/executions/${id}/cancel`);
    expect((await errorOf(response)).code).toBe('EXECUTION_ENDED');
    expect(await operator.audit({ action: 'execution.cancel', organization_id: client.organization.id })).toMatchObject(
      [{ outcome: 'failed', details: { code: 'EXECUTION_ENDED' } }],
    );
  });
});

describe('operator executions: retry', () => {
  it('runs the same input as a new execution of the same organization', async () => {
    const client = await stage.client(api);
    const input = { code: 'again', stdin: 'in', timeout_ms: 900, memory_mb: 256, isolation: 'fresh' };
    const first = await client.run({ ...input, figure_format: 'svg', metadata: { a: 'b' } });
    const response = await operator.request('POST', `/admin/api/executions/${first.id}/retry`);
    const { id } = OperatorExecution.parse(await bodyOf(response, 202));
    expect(id).not.toBe(first.id);
    const again = await eventually(async () => {
      const read = await client.read(id);
      return read.status === 'completed' && read;
    });
    expect(again).toMatchObject({ stdout: 'again', figure_format: 'svg', metadata: { a: 'b' } });
    expect(worker.taken.find(({ job }) => job.execution_id === id)?.job).toMatchObject(input);
    expect(await operator.audit({ action: 'execution.retry', organization_id: client.organization.id })).toMatchObject([
      { outcome: 'done', target_id: first.id, details: { new_execution_id: id } },
    ]);
  });

  it('waits for the end of the first', async () => {
    const id = await aRow(stage, (await stage.client(api)).organization.id, {
      status: 'running',
      started_at: new Date(),
    });
    const response = await operator.request('POST', `/admin/api/executions/${id}/retry`);
    expect((await errorOf(response)).code).toBe('EXECUTION_RUNNING');
  });
});
