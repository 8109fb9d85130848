import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { findAccount } from '../../../scripts/setup/account.ts';
import { containerName } from '../../../scripts/setup/container-server.ts';
import { engineSocket } from '../../../scripts/setup/engine.ts';
import { tryPort, localPort } from '../../../scripts/setup/ports.ts';
import { identify, isAlive, parseStat } from '../../../scripts/setup/process-identity.ts';
import { restartDelay } from '../../../scripts/setup/restart-policy.ts';
import { passedVariables } from '../../../scripts/setup/sudo.ts';
import { createServer, type Server } from 'node:net';

describe('account: of /etc/passwd', () => {
  const passwd = 'root:x:0:0:root:/root:/bin/sh\nredis:x:102:105::/var/lib/redis:/usr/sbin/nologin\nbroken\n';
  it('finds a user', () => {
    expect(findAccount(passwd, 'redis')).toEqual({ name: 'redis', uid: 102, gid: 105 });
  });
  it.each(['redi', 'postgres', 'broken'])('finds no %s', (name) => {
    expect(findAccount(passwd, name)).toBeUndefined();
  });
});

describe('engine: socket', () => {
  it('is that of DOCKER_HOST', () => {
    expect(engineSocket('unix:///run/user/1000/docker.sock')).toBe('/run/user/1000/docker.sock');
  });
  it('refuses an engine on another machine', () => {
    expect(() => engineSocket('tcp://10.0.0.1:2375')).toThrow('DOCKER_HOST');
  });
});

describe('process identity: start time', () => {
  it('is read past a name with spaces and parentheses', () => {
    const fields = Array.from({ length: 18 }, (_, index) => String(index));
    expect(parseStat(`12 (a) b (c) S ${fields.join(' ')} 4711 rest`)).toBe('4711');
  });
  it('is undefined for a zombie', () => {
    expect(parseStat(`12 (a) Z ${'0 '.repeat(18)}4711`)).toBeUndefined();
  });
});

describe('process identity: life', () => {
  let child: ChildProcess | undefined;
  afterEach(() => {
    child?.kill('SIGKILL');
  });

  it('ends with the process', async () => {
    child = spawn('sleep', ['60']);
    const identity = identify(child.pid ?? 0);
    if (identity === undefined) throw new Error('a living process has an identity');
    expect(isAlive(identity)).toBe(true);
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(isAlive(identity)).toBe(false);
  });
  it('is not that of another process with the same number', () => {
    expect(isAlive({ pid: process.pid, startedAt: 'another time' })).toBe(false);
  });
});

describe('restart policy', () => {
  it('waits longer each time', () => {
    const delays = [1, 2, 3, 4, 5, 6].map((ends) => restartDelay(Array<number>(ends).fill(1_000), 1_000));
    expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000]);
  });
  it('gives up at the seventh end within a minute', () => {
    expect(restartDelay(Array<number>(7).fill(1_000), 1_000)).toBeNull();
  });
  it('forgets ends that are long past', () => {
    expect(restartDelay([...Array<number>(20).fill(0), 60_000], 60_000)).toBe(500);
  });
});

describe('ports', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
  });

  it('says that a port is taken, and chooses another than the remembered one', async () => {
    server = createServer();
    const listening = new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    await listening;
    const address = server.address();
    if (address === null || typeof address !== 'object') throw new Error('no address');
    expect(await tryPort('127.0.0.1', address.port)).toEqual({ refused: 'EADDRINUSE' });
    expect(await localPort(address.port)).not.toBe(address.port);
  });
});

describe('sudo: environment', () => {
  const settings = ['PORT', 'SANDBOX_WARM', 'DATABASE_URL', 'DATA_DIR', 'RETENTION_DAYS', 'METRICS_PORT', 'OTEL_X'];
  it('keeps every setting of start, api and worker', () => {
    expect(passedVariables(settings)).toEqual(settings);
  });
  it('leaves the rest with the user', () => {
    expect(passedVariables(['HOME', 'AWS_SECRET', 'LD_PRELOAD', 'NODE_OPTIONS'])).toEqual([]);
  });
});

describe('container of a server: name', () => {
  it('differs by server and by data directory', () => {
    const names = [containerName('redis', '/a'), containerName('postgres', '/a'), containerName('redis', '/b')];
    expect(new Set(names).size).toBe(3);
  });
});
