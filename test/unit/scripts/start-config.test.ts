import { describe, expect, it } from '@jest/globals';
import { productionPackages } from '../../../scripts/start/program-copy.ts';
import { readStartConfig } from '../../../scripts/start/config.ts';

const KEY = `ak_${'a1'.repeat(20)}`;

describe('start config: defaults', () => {
  it('listens on this machine alone', () => {
    expect(readStartConfig({})).toMatchObject({ host: '127.0.0.1', port: 8080, baseUrl: 'http://127.0.0.1:8080' });
  });
  it('takes an empty variable as one that is not set', () => {
    expect(readStartConfig({ PORT: '', REDIS_URL: '' })).toMatchObject({ port: 8080, redisUrl: undefined });
  });
});

describe('start config: refusals', () => {
  it.each([
    ['PORT', '0'],
    ['PORT', '65536'],
    ['PORT', 'http'],
    ['REDIS_URL', 'localhost'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['ADMIN_TOKEN', 'x'.repeat(31)],
    ['BOOTSTRAP_API_KEY', `ak_${'a'.repeat(28)}`],
    ['BOOTSTRAP_API_KEY', 'b'.repeat(40)],
    ['BOOTSTRAP_API_KEY', `ak_${'a'.repeat(40)} b`],
  ])('names %s when it is %s', (name, value) => {
    expect(() => readStartConfig({ [name]: value })).toThrow(name);
  });
  it('names every problem at once', () => {
    expect(() => readStartConfig({ PORT: 'x', ADMIN_TOKEN: 'short' })).toThrow(
      /PORT[^]*ADMIN_TOKEN|ADMIN_TOKEN[^]*PORT/,
    );
  });
  it('takes the shortest key and token that are allowed', () => {
    const shortest = { BOOTSTRAP_API_KEY: `ak_${'a'.repeat(29)}`, ADMIN_TOKEN: 'x'.repeat(32) };
    expect(readStartConfig(shortest).bootstrapApiKey).toBe(shortest.BOOTSTRAP_API_KEY);
  });
});

describe('start config: address for a client', () => {
  it.each([
    ['0.0.0.0', 'http://127.0.0.1:8080'],
    ['::', 'http://[::1]:8080'],
    ['fe80::1', 'http://[fe80::1]:8080'],
    ['10.0.0.7', 'http://10.0.0.7:8080'],
  ])('listening on %s: %s', (host, expected) => {
    expect(readStartConfig({ HOST: host }).baseUrl).toBe(expected);
  });
});

describe('start config: what the services are given', () => {
  const environment = {
    PATH: '/bin',
    ADMIN_TOKEN: 'x'.repeat(32),
    BOOTSTRAP_API_KEY: KEY,
    DATABASE_URL: 'postgresql://a:b@127.0.0.1/c',
    DOCKER_HOST: 'unix:///x.sock',
    AWS_SECRET_ACCESS_KEY: 'secret',
    SANDBOX_WARM: '2',
    WORKER_SLOTS: '3',
    QUEUED_MAX: '5',
  };
  it('gives the worker its settings and nothing that is not for it', () => {
    expect(readStartConfig(environment).workerEnvironment).toEqual({
      PATH: '/bin',
      SANDBOX_WARM: '2',
      WORKER_SLOTS: '3',
    });
  });
  it('gives the api the token and its settings, not the engine and not the key', () => {
    const given = readStartConfig(environment).apiEnvironment;
    expect(given).toMatchObject({ ADMIN_TOKEN: environment.ADMIN_TOKEN, QUEUED_MAX: '5' });
    expect(Object.keys(given)).not.toEqual(expect.arrayContaining(['DOCKER_HOST']));
    expect(Object.keys(given)).not.toEqual(expect.arrayContaining(['BOOTSTRAP_API_KEY']));
  });
});

describe('program copy: packages', () => {
  it('are those that the services run with, whole directories only', () => {
    const lock = {
      packages: {
        '': { name: 'project' },
        'node_modules/zod': {},
        'node_modules/@scope/a': { optional: true },
        'node_modules/zod/node_modules/inner': {},
        'node_modules/jest': { dev: true },
      },
    };
    expect(productionPackages(JSON.stringify(lock))).toEqual(['node_modules/zod', 'node_modules/@scope/a']);
  });
});
