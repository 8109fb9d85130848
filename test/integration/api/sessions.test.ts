import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AccountRole } from '../../../shared/contracts/account.ts';
import { ADMISSION_CHECK_MS, FAILED_LOGINS_MAX, LOGINS_AT_ONCE_MAX } from '../../../shared/contracts/limits.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { ADMIN_TOKEN, createOperator } from '../../helpers/operator.ts';
import { createOperatorBrowser, PASSWORD, type OperatorBrowser } from '../../helpers/operator-browser.ts';

let stage: Stage;
let api: TestApi;
let ada: OperatorBrowser;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ ADMIN_TOKEN, FAILED_KEYS_MAX: '1000' });
}, 30_000);

afterAll(async () => {
  await stage.close();
});

beforeEach(async () => {
  await stage.query('delete from operator_accounts');
  ada = browser();
  await ada.setUp();
});

const browser = (fetchSite?: string) => createOperatorBrowser(api.url, fetchSite);
const codeOf = async (response: Response): Promise<unknown> =>
  response.ok ? response.status : Object(Object(await response.json()).error).code;
const cookieOf = (response: Response) => response.headers.getSetCookie()[0] ?? '';
const withToken = createOperatorOf();
function createOperatorOf() {
  return (method: string, path: string, body?: unknown) =>
    createOperator(api.url).request(method, path, body === undefined ? {} : { body });
}
const pause = '/admin/api/queue/pause';

async function account(name: string, role: AccountRole) {
  await withToken('POST', '/admin/api/accounts', { name, role, password: PASSWORD });
  const one = browser();
  await one.logIn(name);
  return one;
}

async function disable(one: OperatorBrowser) {
  const id = (await one.session()).account?.id ?? '';
  return ada.request('PATCH', `/admin/api/accounts/${id}`, { body: { disabled: true } });
}

describe('sessions: the first account', () => {
  it('is made once, with the operators’ token, and is an admin', async () => {
    expect((await ada.session()).account).toMatchObject({ name: 'Ada', role: 'admin' });
    const body = { token: ADMIN_TOKEN, name: 'Eve', password: PASSWORD };
    expect(await codeOf(await browser().request('POST', '/admin/api/setup', { body }))).toBe('SETUP_DONE');
  });

  it('is one alone when several are made at once', async () => {
    await stage.query('delete from operator_accounts');
    const names = ['a', 'b', 'c', 'd'];
    const made = await Promise.allSettled(names.map((name) => browser().setUp(name)));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await stage.query('select 1 from operator_accounts')).toHaveLength(1);
  });

  it('is not made with a wrong token, which is written down', async () => {
    await stage.query('delete from operator_accounts');
    const body = { token: 'x'.repeat(40), name: 'Eve', password: PASSWORD };
    expect(await codeOf(await browser().request('POST', '/admin/api/setup', { body }))).toBe('INVALID_ADMIN_TOKEN');
    expect(await stage.query('select 1 from operator_accounts')).toEqual([]);
    const [entry] = await createOperator(api.url).audit({ action: 'operator.access' });
    expect(entry).toMatchObject({ outcome: 'denied', details: { route: '/admin/api/setup' } });
  });

  it('is asked for while there is none', async () => {
    expect(await browser().session()).toMatchObject({ setup_needed: false, account: null });
    await stage.query('delete from operator_accounts');
    expect(await browser().session()).toMatchObject({ setup_needed: true, account: null });
  });
});

describe('sessions: logging in', () => {
  it('sets a cookie that no script reads and no other site sends', async () => {
    const response = await browser().request('POST', '/admin/api/session', {
      body: { name: 'ada', password: PASSWORD },
    });
    expect(cookieOf(response)).toMatch(
      /^ci_session=[\w-]{43}; Path=\/admin; Max-Age=604800; HttpOnly; SameSite=Strict$/,
    );
  });

  it('sets it for TLS alone where the service is reached by TLS', async () => {
    const other = await stage.api({ ADMIN_TOKEN, PUBLIC_URL: 'https://ci.example' });
    const one = createOperatorBrowser(other.url);
    const response = await one.request('POST', '/admin/api/session', { body: { name: 'Ada', password: PASSWORD } });
    expect(cookieOf(response)).toMatch(/; Secure$/);
  });

  it('gives a new session each time', async () => {
    const [one, other] = [browser(), browser()];
    one.take(ada.cookie());
    await one.logIn();
    await other.logIn();
    expect(new Set([ada.cookie(), one.cookie(), other.cookie()]).size).toBe(3);
  });

  it('answers an unknown name and a wrong password alike', async () => {
    const answers = [];
    for (const name of ['Ada', 'nobody']) {
      const response = await browser().request('POST', '/admin/api/session', {
        body: { name, password: 'wrong-wrong' },
      });
      const { error } = Object(await response.json());
      answers.push({ status: response.status, code: error.code, message: error.message, details: error.details });
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject({ status: 401, code: 'INVALID_LOGIN' });
  });

  it('is refused after many failures, for that name alone, also with the right password', async () => {
    await account('Guessed', 'viewer');
    for (let failed = 0; failed < FAILED_LOGINS_MAX; failed += 1)
      await expect(browser().logIn('Guessed', 'wrong-wrong')).rejects.toThrow('INVALID_LOGIN');
    const body = { name: 'Guessed', password: PASSWORD };
    const again = await browser().request('POST', '/admin/api/session', { body });
    expect(again.status).toBe(429);
    expect(Number(again.headers.get('retry-after'))).toBeGreaterThan(0);
    const other = await account('Other', 'viewer');
    expect((await other.session()).account?.name).toBe('Other');
  });

  it('is refused after as many failures when they come all at once', async () => {
    await account('Hurried', 'viewer');
    const guess = async () => {
      const body = { name: 'Hurried', password: 'wrong-wrong' };
      return codeOf(await browser().request('POST', '/admin/api/session', { body }));
    };
    const codes = await Promise.all(Array.from({ length: 3 * FAILED_LOGINS_MAX }, guess));
    const judged = codes.filter((code) => code === 'INVALID_LOGIN');
    expect(judged.length).toBeLessThan(FAILED_LOGINS_MAX + LOGINS_AT_ONCE_MAX);
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(codes.length - judged.length);
  });

  it.each(['a\u0000b', '\ud800'])('is refused under a name that no account can have: %j', async (name) => {
    const response = await browser().request('POST', '/admin/api/session', { body: { name, password: PASSWORD } });
    expect(await codeOf(response)).toBe('VALIDATION_ERROR');
  });

  it('is written down, done or denied, and never with a password', async () => {
    await stage.query('delete from operator_accounts');
    const eve = browser();
    await eve.setUp('Eve');
    await eve.logIn('Eve');
    await browser()
      .logIn('Eve', 'wrong-wrong-wrong')
      .catch(() => undefined);
    const entries = await createOperator(api.url).audit({ action: 'session.begin', limit: '2' });
    expect(entries.map(({ outcome, actor }) => [outcome, actor.type])).toEqual([
      ['denied', 'unknown'],
      ['done', 'account'],
    ]);
    const all = JSON.stringify(await stage.query('select * from audit_entries'));
    expect(all).not.toContain(PASSWORD);
    expect(all).not.toContain('wrong-wrong-wrong');
  });

  it('is refused to other sites', async () => {
    const response = await browser('cross-site').request('POST', '/admin/api/session', {
      body: { name: 'Ada', password: PASSWORD },
    });
    expect(await codeOf(response)).toBe('CSRF_TOKEN_INVALID');
    expect(response.headers.getSetCookie()).toEqual([]);
  });
});

describe('sessions: requests from other sites', () => {
  it.each([
    ['without the token', { csrfToken: null }],
    ['with a wrong token', { csrfToken: 'x'.repeat(43) }],
    ['with the token, told by the browser', { headers: { 'sec-fetch-site': 'cross-site' } }],
    ['with the token, from another port or subdomain', { headers: { 'sec-fetch-site': 'same-site' } }],
  ])('change nothing %s', async (_what, options) => {
    expect(await codeOf(await ada.request('POST', pause, options))).toBe('CSRF_TOKEN_INVALID');
  });

  it('change nothing with another session’s token', async () => {
    const other = await account('Other', 'admin');
    expect(await codeOf(await ada.request('POST', pause, { csrfToken: other.csrfToken() }))).toBe('CSRF_TOKEN_INVALID');
  });

  it.each(['cross-site', 'same-site'])('read nothing with a session, told by the browser: %s', async (site) => {
    const headers = { 'sec-fetch-site': site };
    expect(await codeOf(await ada.request('GET', '/admin/api/queue', { headers }))).toBe('CSRF_TOKEN_INVALID');
  });

  it('put no session of theirs beside the own', async () => {
    const other = await account('Other', 'viewer');
    const headers = { cookie: `${other.cookie() ?? ''}; ${ada.cookie() ?? ''}` };
    const session = await browser().request('GET', '/admin/api/session', { headers });
    expect(await session.json()).toMatchObject({ account: null });
    expect(await codeOf(await browser().request('GET', '/admin/api/queue', { headers }))).toBe('INVALID_ADMIN_TOKEN');
  });

  it('are told apart from the pages’ own', async () => {
    expect(await codeOf(await ada.request('POST', pause))).toBe(200);
    expect(await codeOf(await ada.request('POST', '/admin/api/queue/resume'))).toBe(200);
  });
});

describe('sessions: ends', () => {
  const reads = async (one: OperatorBrowser) => codeOf(await one.request('GET', '/admin/api/queue'));

  it('a session at its log-out, also for who has stolen the cookie', async () => {
    const thief = browser();
    thief.take(ada.cookie());
    expect(await reads(thief)).toBe(200);
    expect(await codeOf(await ada.request('DELETE', '/admin/api/session'))).toBe(204);
    expect(await reads(thief)).toBe('SESSION_ENDED');
  });

  it('all of an account at a log-out everywhere, and no other’s', async () => {
    const [again, other] = [browser(), await account('Other', 'viewer')];
    await again.logIn();
    await ada.request('DELETE', '/admin/api/sessions');
    expect(await reads(again)).toBe('SESSION_ENDED');
    expect(await reads(other)).toBe(200);
  });

  it('the others of an account when its password is changed', async () => {
    const again = browser();
    await again.logIn();
    const body = { current_password: PASSWORD, new_password: 'another long password' };
    expect(await codeOf(await ada.request('POST', '/admin/api/session/password', { body }))).toBe(204);
    expect(await reads(again)).toBe('SESSION_ENDED');
    expect(await reads(ada)).toBe(200);
    await expect(browser().logIn('Ada', PASSWORD)).rejects.toThrow('INVALID_LOGIN');
    await browser().logIn('Ada', 'another long password');
  });

  it('none when the current password is wrong', async () => {
    const body = { current_password: 'wrong-wrong', new_password: 'another long password' };
    expect(await codeOf(await ada.request('POST', '/admin/api/session/password', { body }))).toBe('INVALID_LOGIN');
    await browser().logIn();
  });

  it.each([
    ['is too old', `expires_at = clock_timestamp()`],
    ['was not used for long', `last_seen_at = clock_timestamp() - interval '13 hours'`],
  ])('one that %s', async (_what, change) => {
    await stage.query(`update operator_sessions set ${change}`);
    expect(await reads(ada)).toBe('SESSION_ENDED');
    expect(await ada.session()).toMatchObject({ account: null });
  });

  it('those of an account that is disabled or deleted, at once', async () => {
    for (const [method, body] of [
      ['PATCH', { disabled: true }],
      ['DELETE', undefined],
    ] as const) {
      const name = `gone by ${method}`;
      const gone = await account(name, 'operator');
      const id = (await gone.session()).account?.id ?? '';
      expect(await codeOf(await ada.request(method, `/admin/api/accounts/${id}`, { body }))).toBe(200);
      expect(await reads(gone)).toBe('SESSION_ENDED');
      await expect(browser().logIn(name)).rejects.toThrow('INVALID_LOGIN');
    }
  });

  it.each([
    ['is logged out', (one: OperatorBrowser) => one.request('DELETE', '/admin/api/session')],
    ['is disabled', disable],
  ])('a stream that was open, soon after its account %s', async (what, end) => {
    const reader = await account(what, 'viewer');
    const stream = await reader.request('GET', '/admin/api/overview/events');
    let isOver = false;
    const over = stream.text().finally(() => (isOver = true));
    over.catch(() => undefined);
    await end(reader);
    await eventually(() => isOver);
  });

  it('no stream while the session lasts', async () => {
    const stream = await ada.request('GET', '/admin/api/overview/events');
    const reader = stream.body?.getReader();
    const until = performance.now() + 1.5 * ADMISSION_CHECK_MS;
    while (performance.now() < until) expect((await reader?.read())?.done).toBe(false);
    await reader?.cancel();
  });

  it('writes down that one is used', async () => {
    await stage.query(`update operator_sessions set last_seen_at = clock_timestamp() - interval '1 hour'`);
    await reads(ada);
    const old = `select 1 from operator_sessions where last_seen_at < clock_timestamp() - interval '1 minute'`;
    expect(await stage.query(old)).toEqual([]);
  });
});

describe('sessions: what is kept', () => {
  it('is no secret: neither cookies nor passwords can be read from the database', async () => {
    const rows = JSON.stringify([
      await stage.query('select * from operator_sessions'),
      await stage.query('select * from operator_accounts'),
    ]);
    expect(rows).not.toContain(ada.cookie()?.split('=')[1]);
    expect(rows).not.toContain(PASSWORD);
    expect(rows).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  });

  it('is of no use to an organization’s key, and the other way round', async () => {
    const tenant = await createOperator(api.url).aTenant();
    expect(await codeOf(await tenant.request('GET', '/admin/api/queue'))).toBe('INVALID_ADMIN_TOKEN');
    expect(await codeOf(await ada.request('GET', '/v1/executions'))).toBe('INVALID_API_KEY');
  });

  it('lets in by the operators’ token where both are sent', async () => {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    expect(await codeOf(await ada.request('POST', pause, { headers, csrfToken: null }))).toBe(200);
    expect(await codeOf(await ada.request('POST', '/admin/api/queue/resume', { headers, csrfToken: null }))).toBe(200);
    const wrong = { authorization: 'Bearer wrong' };
    expect(await codeOf(await ada.request('GET', '/admin/api/queue', { headers: wrong }))).toBe('INVALID_ADMIN_TOKEN');
  });

  it('opens the board of the queues', async () => {
    expect((await ada.request('GET', '/admin/queues')).status).toBe(200);
    expect((await browser().request('GET', '/admin/queues')).status).toBe(401);
  });

  it('does not exist without the operators’ token', async () => {
    const closed = await stage.api();
    const one = createOperatorBrowser(closed.url);
    for (const path of ['/admin/api/session', '/admin/api/accounts', '/admin', '/admin/queues'])
      expect((await one.request('GET', path)).status).toBe(404);
  });
});
