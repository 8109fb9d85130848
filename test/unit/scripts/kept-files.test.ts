import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { takeLock } from '../../../scripts/setup/instance-lock.ts';
import { boundLog, lastLogLines, logSince, rotateLog } from '../../../scripts/setup/log-file.ts';
import { postgresArguments } from '../../../scripts/setup/private-postgres.ts';
import { redisConfiguration } from '../../../scripts/setup/private-redis.ts';
import { openAdminToken } from '../../../scripts/setup/admin-token.ts';
import { openSecrets } from '../../../scripts/setup/secrets.ts';
import { startServerProcess, stopRemembered } from '../../../scripts/setup/server-process.ts';
import { eventually } from '../../helpers/eventually.ts';

let scratch = '';
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'kept-files-test-'));
});
afterEach(() => {
  rmSync(scratch, { recursive: true, force: true });
});
const file = (name: string) => join(scratch, name);

describe('instance lock', () => {
  it('names the living process that holds it', () => {
    const giveBack = takeLock(file('lock'), scratch);
    expect(() => takeLock(file('lock'), scratch)).toThrow(
      `Process ${String(process.pid)} already serves from ${scratch}`,
    );
    giveBack();
  });
  it('can be taken again once it is given back', () => {
    takeLock(file('lock'), scratch)();
    takeLock(file('lock'), scratch)();
    expect(readdirSync(scratch)).toEqual([]);
  });
  it('is taken over from a process that is gone', () => {
    writeFileSync(file('lock'), JSON.stringify({ pid: process.pid, startedAt: 'an earlier process with this number' }));
    takeLock(file('lock'), scratch);
    expect(JSON.parse(readFileSync(file('lock'), 'utf8'))).toMatchObject({ pid: process.pid });
    expect(readdirSync(scratch)).toEqual(['lock']);
  });
  it('is taken over when it is damaged', () => {
    writeFileSync(file('lock'), '{');
    expect(() => takeLock(file('lock'), scratch)).not.toThrow();
  });
});

describe('secrets', () => {
  it('are made once, for their owner alone', () => {
    const made = openSecrets(file('secrets.json')).get();
    expect(made.redis_password).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(file('secrets.json')).mode & 0o777).toBe(0o600);
    expect(openSecrets(file('secrets.json')).get()).toEqual(made);
  });
  it('remember a port', () => {
    openSecrets(file('secrets.json')).rememberPort('redis_port', 4711);
    expect(openSecrets(file('secrets.json')).get().redis_port).toBe(4711);
  });
  it('are not replaced when the file is damaged', () => {
    writeFileSync(file('secrets.json'), '{"redis_password":"x"}');
    expect(() => openSecrets(file('secrets.json'))).toThrow('damaged');
    expect(readFileSync(file('secrets.json'), 'utf8')).toBe('{"redis_password":"x"}');
  });
});

describe('token of the operators', () => {
  it('is made once, for its owner alone', () => {
    const made = openAdminToken(file('admin-token'));
    expect(made).toMatch(/^[\w-]{43}$/);
    expect(statSync(file('admin-token')).mode & 0o777).toBe(0o600);
    expect(openAdminToken(file('admin-token'))).toBe(made);
    expect(readdirSync(scratch)).toEqual(['admin-token']);
  });
  it('is not replaced when its file is damaged', () => {
    writeFileSync(file('admin-token'), 'short\n');
    expect(() => openAdminToken(file('admin-token'))).toThrow('holds no token');
  });
});

describe('log file', () => {
  it('of the former run is kept, one of them', () => {
    for (const text of ['first', 'second', 'third']) {
      rotateLog(file('api.log'));
      writeFileSync(file('api.log'), text);
    }
    expect(readFileSync(file('api.log.1'), 'utf8')).toBe('second');
    expect(readdirSync(scratch)).toHaveLength(2);
  });
  it('that outgrows its bound starts again', async () => {
    writeFileSync(file('api.log'), 'x'.repeat(101));
    const stop = boundLog(file('api.log'), 100, 5);
    await eventually(() => statSync(file('api.log')).size === 0);
    stop();
    expect(statSync(file('api.log.1')).size).toBe(101);
  });
  it('shows its last lines', () => {
    writeFileSync(file('api.log'), 'one\ntwo\n\nthree\n');
    expect(lastLogLines(file('api.log'), 2)).toEqual(['two', 'three']);
  });
  it('shows nothing when there is none', () => {
    expect(lastLogLines(file('none.log'), 2)).toEqual([]);
  });
  it('shows what came after an offset', () => {
    writeFileSync(file('api.log'), 'ready\n');
    expect(logSince(file('api.log'), 6)).toBe('');
    appendFileSync(file('api.log'), 'again\n');
    expect(logSince(file('api.log'), 6)).toBe('again\n');
  });
});

describe('server process', () => {
  const command = () => ({
    program: 'sh',
    args: ['-c', 'echo said; exec sleep 60'],
    env: { PATH: process.env['PATH'] },
    cwd: scratch,
    account: undefined,
    logFile: file('server.log'),
    pidFile: file('server.pid.json'),
  });

  it('is remembered while it runs, and forgotten when it ends', async () => {
    const server = await startServerProcess(command());
    await eventually(() => readFileSync(file('server.log'), 'utf8') === 'said\n');
    expect(JSON.parse(readFileSync(file('server.pid.json'), 'utf8'))).toMatchObject({ pid: server.pid });
    await server.stop({ signal: 'SIGTERM', patienceMs: 5_000 });
    expect(await server.ended).toBe('SIGTERM');
    expect(existsSync(file('server.pid.json'))).toBe(false);
  });
  it('is killed when it does not end in time', async () => {
    const server = await startServerProcess({
      ...command(),
      args: ['-c', "trap '' TERM; echo said; while :; do sleep 1; done"],
    });
    await eventually(() => readFileSync(file('server.log'), 'utf8') === 'said\n');
    await server.stop({ signal: 'SIGTERM', patienceMs: 50 });
    expect(await server.ended).toBe('SIGKILL');
  });
  it('is found and ended by a later start', async () => {
    const server = await startServerProcess(command());
    expect(await stopRemembered(file('server.pid.json'), { signal: 'SIGTERM', patienceMs: 5_000 })).toBe(server.pid);
    expect(await server.ended).toBe('SIGTERM');
  });
  it('is told from another process with its number', async () => {
    writeFileSync(file('server.pid.json'), JSON.stringify({ pid: process.pid, startedAt: 'another time' }));
    expect(await stopRemembered(file('server.pid.json'), { signal: 'SIGTERM', patienceMs: 5_000 })).toBeNull();
  });
  it('that cannot be run is an error', async () => {
    await expect(startServerProcess({ ...command(), program: file('none') })).rejects.toThrow('ENOENT');
  });
});

describe('private servers: settings', () => {
  it('keep Redis on this machine, behind a password, durable and never evicting', () => {
    const lines = redisConfiguration({ port: 4711, password: 'secret', directory: '/data/redis' }).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'bind 127.0.0.1',
        'requirepass secret',
        'appendonly yes',
        'appendfsync everysec',
        'maxmemory-policy noeviction',
      ]),
    );
  });
  it('keep PostgreSQL on this machine and durable', () => {
    const words = postgresArguments('/data/postgres', 4711);
    expect(words).toEqual(
      expect.arrayContaining(['listen_addresses=127.0.0.1', 'fsync=on', 'unix_socket_directories=']),
    );
  });
});
