/** What can happen while a log-in is under way, statement by statement. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createAccountStore } from '../../../api/store/account-store.ts';
import { openDatabase } from '../../../api/store/database.ts';
import { createSessionStore } from '../../../api/store/session-store.ts';
import { AccountId } from '../../../shared/contracts/ids.ts';
import { newId } from '../../../shared/platform/new-id.ts';
import { openStage, type Stage } from '../../helpers/api-stage.ts';

const SESSIONS_MAX = 3;

let stage: Stage;
let database: ReturnType<typeof openDatabase>;

beforeAll(async () => {
  stage = await openStage();
  database = openDatabase({ url: stage.postgres.url, report: () => undefined });
}, 30_000);

afterAll(async () => {
  await database.close();
  await stage.close();
});

beforeEach(async () => {
  await stage.query('delete from operator_accounts');
});

const accounts = () => createAccountStore({ db: database.db });
const sessions = () => createSessionStore({ db: database.db, times: { idleSeconds: 3_600, wholeSeconds: 7_200 } });

async function anAccount(name = 'ada'): Promise<AccountId> {
  const id = AccountId.parse(newId('acct'));
  await accounts().insert({ id, name, folded_name: name, role: 'viewer', password_hash: 'old' }, 10);
  return id;
}

let made = 0;
const begin = (accountId: AccountId, passwordHash?: string) => {
  made += 1;
  const row = { sha256: `digest-${String(made)}`, accountId, csrfToken: 'token', address: '::1', passwordHash };
  return sessions().insert(row, SESSIONS_MAX);
};
const left = async () => (await stage.query('select 1 from operator_sessions')).length;

describe('session store: a log-in', () => {
  it('begins a session while the password is the one that was compared', async () => {
    const id = await anAccount();
    expect(await begin(id, 'old')).toBeInstanceOf(Date);
    expect(await left()).toBe(1);
  });

  it.each([
    ['given another password', { passwordHash: 'new' }],
    ['disabled', { disabled: true }],
  ])('begins none when the account was %s meanwhile', async (_what, change) => {
    const id = await anAccount();
    await accounts().update(id, change);
    expect(await begin(id, 'old')).toBeUndefined();
    expect(await left()).toBe(0);
  });

  it('begins none when the account was deleted meanwhile', async () => {
    const id = await anAccount();
    await accounts().delete(id);
    expect(await begin(id, 'old')).toBeUndefined();
  });

  it('ends the oldest sessions of the account beyond its bound, and those that have expired', async () => {
    const [id, other] = [await anAccount(), await anAccount('other')];
    await begin(other);
    await stage.query(`update operator_sessions set expires_at = clock_timestamp()`);
    for (let at = 0; at < SESSIONS_MAX + 2; at += 1) await begin(id);
    expect(await left()).toBe(SESSIONS_MAX);
  });

  it('and the deletion of its account end, whichever comes first', async () => {
    for (let round = 0; round < 10; round += 1) {
      const id = await anAccount(`name ${String(round)}`);
      await Promise.all([begin(id, 'old'), accounts().delete(id), begin(id, 'old'), begin(id, 'old')]);
    }
    expect(await left()).toBe(0);
  });
});

describe('account store: a password', () => {
  it('stays as an admin has set it while its owner, or a thief, was changing it', async () => {
    const id = await anAccount();
    await accounts().update(id, { passwordHash: 'an admin’s' });
    expect(await accounts().update(id, { passwordHash: 'a thief’s', knownHash: 'old' })).toBe('missing');
    expect((await accounts().find(id))?.password_hash).toBe('an admin’s');
  });
});

describe('account store: a change', () => {
  it.each([
    ['another password', { passwordHash: 'new' }, 0],
    ['another password given within a session', { passwordHash: 'new', keptSession: 'kept' }, 1],
    ['a disabled one', { disabled: true }, 0],
    ['another role', { role: 'operator' as const }, 3],
  ])('to %s leaves the sessions that may go on', async (_what, change, stay) => {
    const [id, other] = [await anAccount(), await anAccount('other')];
    await begin(other);
    for (let at = 0; at < 2; at += 1) await begin(id);
    await sessions().insert({ sha256: 'kept', accountId: id, csrfToken: 'token', address: '::1' }, SESSIONS_MAX);
    await accounts().update(id, change);
    expect(await left()).toBe(stay + 1);
  });

  it('that does not happen ends no session', async () => {
    const id = await anAccount();
    await begin(id);
    expect(await accounts().update(id, { passwordHash: 'new', knownHash: 'not it' })).toBe('missing');
    expect(await left()).toBe(1);
  });
});
