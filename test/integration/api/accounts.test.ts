/** What accounts may do, and who manages them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { describedRoutes } from '../../../api/described-routes.ts';
import { Account, ACCOUNT_ROLES, AccountList, type AccountRole } from '../../../shared/contracts/account.ts';
import { ACCOUNTS_MAX } from '../../../shared/contracts/limits.ts';
import { calls, NOTHING, send } from '../../helpers/api-calls.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Stage } from '../../helpers/api-stage.ts';
import { ADMIN_TOKEN, bodyOf, createOperator } from '../../helpers/operator.ts';
import { createOperatorBrowser, PASSWORD, type OperatorBrowser } from '../../helpers/operator-browser.ts';

let stage: Stage;
let api: TestApi;
let ada: OperatorBrowser;
const PATH = '/admin/api/accounts';

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ ADMIN_TOKEN });
}, 30_000);

afterAll(async () => {
  await stage.close();
});

beforeEach(async () => {
  await stage.query('delete from operator_accounts');
  ada = createOperatorBrowser(api.url);
  await ada.setUp();
});

const create = (body: object) => ada.request('POST', PATH, { body: { password: PASSWORD, ...body } });
const codeOf = async (response: Response): Promise<unknown> => Object(Object(await response.json()).error).code;

async function logged(role: AccountRole): Promise<OperatorBrowser> {
  await create({ name: role, role });
  const browser = createOperatorBrowser(api.url);
  await browser.logIn(role);
  return browser;
}

const operatorRoutes = describedRoutes().flatMap(({ access, operationId, method }) =>
  access.kind === 'operator' ? [{ operationId, method, least: access.role }] : [],
);
const rank = (role: AccountRole) => ACCOUNT_ROLES.indexOf(role);
/** They end the session that walks. */
const ENDING = new Set(['logOut', 'logOutEverywhere']);

describe('accounts: roles', () => {
  it('let nobody change anything who may only look, and nobody but admins manage', () => {
    const changing = operatorRoutes.filter(({ method }) => method !== 'get');
    const own = ['logOut', 'logOutEverywhere', 'changePassword'];
    const open = changing.filter(({ least, operationId }) => least === 'viewer' && !own.includes(operationId));
    expect(open).toEqual([]);
    const managing = /Account$|^(create|update|suspend|resume|delete)Organization$|KeyOf|Quotas$/;
    const lax = changing.filter(({ operationId, least }) => managing.test(operationId) && least !== 'admin');
    expect(lax.map(({ operationId }) => operationId)).toEqual([]);
  });

  it.each(ACCOUNT_ROLES)(
    'hold a %s to what it may do, call by call',
    async (role) => {
      const browser = await logged(role);
      const headers = { cookie: browser.cookie() ?? '', 'x-csrf-token': browser.csrfToken() ?? '' };
      for (const { operationId, least } of operatorRoutes) {
        if (ENDING.has(operationId)) continue;
        const call = calls.find((one) => one.operationId === operationId);
        if (call === undefined) throw new Error(`${operationId} is not in the document`);
        const { status, text } = await send(api.url, call, { key: '', ids: NOTHING, headers });
        const isDenied = status === 403 && text.includes('INSUFFICIENT_PERMISSIONS');
        expect({ operationId, isDenied }).toEqual({ operationId, isDenied: rank(role) < rank(least) });
      }
    },
    60_000,
  );

  it('say which role is needed, and write the attempt down', async () => {
    const viewer = await logged('viewer');
    const response = await viewer.request('POST', '/admin/api/queue/pause');
    expect(await bodyOf(response, 403)).toMatchObject({
      error: { code: 'INSUFFICIENT_PERMISSIONS', details: { role: 'operator' } },
    });
    const [entry] = await createOperator(api.url).audit({ actor_type: 'account', outcome: 'denied' });
    expect(entry).toMatchObject({ action: 'operator.access', actor: { id: (await viewer.session()).account?.id } });
  });

  it('are written down with what is done', async () => {
    const operator = await logged('operator');
    await operator.request('POST', '/admin/api/queue/pause');
    await operator.request('POST', '/admin/api/queue/resume');
    const id = (await operator.session()).account?.id ?? '';
    const entries = await createOperator(api.url).audit({ actor_id: id });
    expect(entries.map(({ action }) => action)).toEqual(['queue.resume', 'queue.pause', 'session.begin']);
  });
});

describe('accounts: managing', () => {
  it('are as many as there may be, and no more', async () => {
    // Beside the admin, and the one that is still to be made.
    await stage.query(
      `insert into operator_accounts (id, name, folded_name, role, password_hash)
        select 'acct_' || lpad(n::text, 20, '0'), 'n' || n, 'n' || n, 'viewer', '' from generate_series(3, $1::int) n`,
      [ACCOUNTS_MAX],
    );
    expect((await create({ name: 'The last' })).status).toBe(201);
    const refused = await create({ name: 'One more' });
    expect([refused.status, await codeOf(refused)]).toEqual([409, 'TOO_MANY_ACCOUNTS']);
    expect(await stage.query('select count(*)::int as count from operator_accounts')).toEqual([
      { count: ACCOUNTS_MAX },
    ]);
  });

  it('are listed by name, without any secret', async () => {
    await create({ name: 'bob' });
    const list = AccountList.parse(await bodyOf(await ada.request('GET', PATH)));
    expect(list.data.map(({ name, role }) => [name, role])).toEqual([
      ['Ada', 'admin'],
      ['bob', 'viewer'],
    ]);
    expect(JSON.stringify(list)).not.toContain('argon2');
  });

  it.each(['Ada', 'ADA', ' ada ', 'Ａda'])('have names of their own: not %j', async (name) => {
    expect(await codeOf(await create({ name }))).toBe('ACCOUNT_EXISTS');
  });

  it.each([
    [{ name: 'x', password: 'short' }, 'password'],
    [{ name: 'x', password: 'x'.repeat(257) }, 'password'],
    [{ name: '' }, 'name'],
    [{ name: 'a\nb' }, 'name'],
    [{ name: 'x'.repeat(65) }, 'name'],
    [{ name: 'x', role: 'root' }, 'role'],
  ])('are refused as %j', async (body, param) => {
    expect(await bodyOf(await create(body), 422)).toMatchObject({ error: { code: 'VALIDATION_ERROR', param } });
  });

  it('keep an admin: the last one is neither demoted, disabled nor deleted', async () => {
    const id = (await ada.session()).account?.id ?? '';
    const attempts = [{ role: 'viewer' }, { disabled: true }].map((body) =>
      ada.request('PATCH', `${PATH}/${id}`, { body }),
    );
    for (const response of [...(await Promise.all(attempts)), await ada.request('DELETE', `${PATH}/${id}`)])
      expect(await codeOf(response)).toBe('LAST_ADMIN');
  });

  it('keep one of two admins who demote each other at once', async () => {
    const bob = Account.parse(await bodyOf(await create({ name: 'bob', role: 'admin' }), 201));
    const id = (await ada.session()).account?.id ?? '';
    const operator = createOperator(api.url);
    const body = { role: 'viewer' };
    const answers = await Promise.all([id, bob.id].map((one) => operator.request('PATCH', `${PATH}/${one}`, { body })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('get a new password from an admin, which ends their sessions', async () => {
    const viewer = await logged('viewer');
    const id = (await viewer.session()).account?.id ?? '';
    await ada.request('PATCH', `${PATH}/${id}`, { body: { password: 'given by an admin' } });
    expect((await viewer.request('GET', '/admin/api/queue')).status).toBe(401);
    await createOperatorBrowser(api.url).logIn('viewer', 'given by an admin');
  });

  it('have another role at once', async () => {
    const viewer = await logged('viewer');
    const id = (await viewer.session()).account?.id ?? '';
    await ada.request('PATCH', `${PATH}/${id}`, { body: { role: 'operator' } });
    expect((await viewer.request('POST', '/admin/api/queue/resume')).status).toBe(200);
  });
});
