import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApiClient, readEvents } from '../../helpers/api-client.ts';
import { eventually } from '../../helpers/eventually.ts';
import { adminQuery, startPostgres, type TestPostgres } from '../../helpers/postgres.ts';
import { startRedis, type TestRedis } from '../../helpers/redis.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const MIGRATIONS = [
  ...['0001-init', '0002-retention', '0003-traces', '0004-figure-format', '0005-organizations', '0006-files'],
  ...[
    '0007-usage',
    '0008-webhooks',
    '0009-operator-lists',
    '0010-responses',
    '0011-response-work',
    '0012-accounts',
    '0013-response-webhooks',
    '0014-response-usage',
    '0015-dashboard',
    '0016-assistant-steps',
    '0017-attempts',
    '0018-model-steps',
    '0019-worker-and-status',
  ],
];
const BOOTSTRAP_KEY = `ak_${'bootstrap'.repeat(4)}`;

let postgres: TestPostgres;
let redis: TestRedis;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
});

afterAll(async () => {
  await Promise.all([postgres.stop(), redis.stop()]);
});

type Environment = Readonly<Record<string, string>>;

async function run(
  script: string,
  environment: Environment,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [script], { cwd: root, env: { PATH: process.env['PATH'], ...environment } });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: Number(code), stdout, stderr };
}

const bootstrap = (environment: Environment) => run('api/bootstrap-organization.ts', environment);

describe('migrate', () => {
  it('brings an empty database up, also when two run at once, and does nothing the second time', async () => {
    const environment = { DATABASE_URL: await postgres.createDatabase({ empty: true }) };
    const both = await Promise.all([run('api/migrate.ts', environment), run('api/migrate.ts', environment)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ stdout }) => stdout.trim()).sort()).toEqual([
      JSON.stringify({ applied: MIGRATIONS }),
      '{"applied":[]}',
    ]);
  }, 30_000);

  it('says in one sentence what is wrong', async () => {
    const { code, stderr } = await run('api/migrate.ts', { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' });
    expect(code).toBe(1);
    expect(stderr).toContain('ECONNREFUSED');
    expect(stderr).not.toContain('    at ');
  }, 30_000);
});

describe('bootstrap organization', () => {
  it('makes one organization and shows its key once, also when two run at once', async () => {
    const environment = { DATABASE_URL: await postgres.createDatabase() };
    const outcomes = (await Promise.all([bootstrap(environment), bootstrap(environment)])).map(({ stdout }) => stdout);
    expect(
      outcomes.filter((line) =>
        /^\{"organization_id":"org_[0-9a-z]{20}","key":"ak_[\w-]{43}","created":true\}\n$/.test(line),
      ),
    ).toHaveLength(1);
    expect(outcomes.filter((line) => /"key":null,"created":false\}\n$/.test(line))).toHaveLength(1);
    expect(await adminQuery(environment.DATABASE_URL, 'select name from api_keys')).toHaveLength(1);
  }, 30_000);

  it('uses a given key and generates none', async () => {
    const environment = { DATABASE_URL: await postgres.createDatabase(), BOOTSTRAP_API_KEY: BOOTSTRAP_KEY };
    const { stdout } = await bootstrap(environment);
    expect(stdout).toContain('"key":null,"created":true');
    expect(await adminQuery(environment.DATABASE_URL, 'select prefix from api_keys')).toEqual([
      { prefix: 'ak_bootstr' },
    ]);
  }, 30_000);

  it('adds a given key to an existing organization once, and brings no revoked one back', async () => {
    const DATABASE_URL = await postgres.createDatabase();
    await bootstrap({ DATABASE_URL });
    await bootstrap({ DATABASE_URL, BOOTSTRAP_API_KEY: BOOTSTRAP_KEY });
    await adminQuery(DATABASE_URL, `update api_keys set revoked_at = now() where name = 'bootstrap key'`);
    await bootstrap({ DATABASE_URL, BOOTSTRAP_API_KEY: BOOTSTRAP_KEY });
    const keys = await adminQuery(DATABASE_URL, 'select name, revoked_at is null as valid from api_keys order by name');
    expect(keys).toEqual([
      { name: 'bootstrap key', valid: false },
      { name: 'first key', valid: true },
    ]);
  }, 30_000);

  it('refuses a short key and does not repeat it', async () => {
    const { code, stderr } = await bootstrap({ DATABASE_URL: postgres.url, BOOTSTRAP_API_KEY: 'ak_short' });
    expect(code).toBe(1);
    expect(stderr).toContain('BOOTSTRAP_API_KEY');
    expect(stderr).not.toContain('ak_short');
  }, 30_000);
});

describe('api process', () => {
  function start(environment: Environment): { process: ChildProcess; output: () => string } {
    const child = spawn(process.execPath, ['api/main.ts'], {
      cwd: root,
      env: { PATH: process.env['PATH'], PORT: '0', ...environment },
    });
    let printed = '';
    child.stdout.on('data', (chunk) => (printed += String(chunk)));
    child.stderr.on('data', (chunk) => (printed += String(chunk)));
    return { process: child, output: () => printed };
  }

  const listening = (output: () => string) =>
    eventually(() => /"url":"([^"]+)","msg":"listening"/.exec(output())?.[1], { timeoutMs: 20_000 });

  it('tells when it listens and ends orderly on SIGTERM, with open streams', async () => {
    const DATABASE_URL = await postgres.createDatabase();
    await bootstrap({ DATABASE_URL, BOOTSTRAP_API_KEY: BOOTSTRAP_KEY });
    const api = start({ DATABASE_URL, REDIS_URL: redis.url });
    const client = createApiClient(await listening(api.output), BOOTSTRAP_KEY);
    const { id } = await client.submit({ code: 'x' });
    const events = readEvents(await client.events(id));
    expect((await events.next()).done).toBe(false);
    const startedMs = performance.now();
    api.process.kill('SIGTERM');
    const [code] = await once(api.process, 'exit');
    expect(code).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(4_000);
    expect((await events.next()).done).toBe(true);
  }, 40_000);

  it('logs neither keys nor code', async () => {
    const DATABASE_URL = await postgres.createDatabase();
    await bootstrap({ DATABASE_URL, BOOTSTRAP_API_KEY: BOOTSTRAP_KEY });
    const api = start({ DATABASE_URL, REDIS_URL: redis.url, LOG_LEVEL: 'trace' });
    const client = createApiClient(await listening(api.output), BOOTSTRAP_KEY);
    await client.submit({ code: 'print("secret code")', stdin: 'secret input' });
    await client.post({ code: 'print("secret code")', timeout_ms: -1 });
    await eventually(() => api.output().includes('"status":422'));
    api.process.kill('SIGTERM');
    await once(api.process, 'exit');
    expect(api.output()).not.toMatch(/secret|bootstrapboot/);
  }, 40_000);

  it('does not start on a database that is not migrated', async () => {
    const api = start({ DATABASE_URL: await postgres.createDatabase({ empty: true }), REDIS_URL: redis.url });
    const [code] = await once(api.process, 'exit');
    expect(code).toBe(1);
    expect(api.output()).toContain('api/migrate.ts');
  }, 40_000);

  it('tells every problem of its environment at once', async () => {
    const api = start({ PORT: 'many', DATABASE_URL: 'mysql://x' });
    const [code] = await once(api.process, 'exit');
    expect(code).toBe(1);
    expect(api.output()).toMatch(
      /PORT: must be a whole number\n- DATABASE_URL: must be .*postgres.*\n- REDIS_URL: is required/,
    );
  }, 40_000);
});
