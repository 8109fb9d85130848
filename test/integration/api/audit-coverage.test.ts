/** Walks every call that changes what operators or an organization's keys manage: each leaves an entry, however it ends. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  isOfSession,
  NOTHING,
  ofOperators,
  ofOrganizations,
  scopeOf,
  send,
  type Call,
} from '../../helpers/api-calls.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Stage } from '../../helpers/api-stage.ts';
import { ADMIN_TOKEN, createOperator } from '../../helpers/operator.ts';

let stage: Stage;
let api: TestApi;
let key: string;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ ADMIN_TOKEN });
  key = (await createOperator(api.url).aTenant()).key.key;
}, 30_000);

afterAll(async () => {
  await stage.close();
});

const changes = ({ method }: Call) => method !== 'GET';
const entriesOf = async (requestId: string) =>
  stage.query('select actor_type, outcome, action from audit_entries where request_id = $1', [requestId]);

async function entriesAfter(call: Call, as: string) {
  const requestId = randomUUID();
  const { status } = await send(api.url, call, { key: as, ids: NOTHING, headers: { 'x-request-id': requestId } });
  return { status, entries: await entriesOf(requestId) };
}

describe('audit: coverage', () => {
  it.each(ofOperators.filter((call) => changes(call) && !isOfSession(call)))('has $name', async (call) => {
    const { status, entries } = await entriesAfter(call, ADMIN_TOKEN);
    expect(entries).toEqual([
      {
        actor_type: 'operator',
        outcome: status < 400 ? 'done' : 'failed',
        action: expect.stringMatching(/^\w+\.\w+$/),
      },
    ]);
  });

  it.each(ofOrganizations.filter((call) => changes(call) && scopeOf(call) === 'organization'))(
    'has $name',
    async (call) => {
      const { status, entries } = await entriesAfter(call, key);
      const outcome = status < 400 ? 'done' : status === 403 ? 'denied' : 'failed';
      expect(entries).toEqual([{ actor_type: 'key', outcome, action: expect.stringMatching(/^\w+\.\w+$/) }]);
    },
  );

  it('has no entry for what reads nothing of a tenant', async () => {
    const reading = [...ofOperators, ...ofOrganizations].filter((call) => call.method === 'GET');
    const before = await stage.query('select count(*) from audit_entries');
    for (const call of reading) await send(api.url, call, { key: scopeOf(call) ? key : ADMIN_TOKEN, ids: NOTHING });
    expect(await stage.query('select count(*) from audit_entries')).toEqual(before);
  });
});
