import { availableParallelism, tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../../worker/config.ts';

const needed = { REDIS_URL: 'redis://h' };

describe('worker config: read', () => {
  it('has a default for everything but Redis', () => {
    const slots = availableParallelism();
    expect(readConfig(needed)).toMatchObject({ slots, warm: slots, idleMs: 60_000, namespace: 'ci' });
    expect(readConfig(needed).metrics).toEqual({ host: '127.0.0.1', port: undefined });
  });

  it('keeps as many sandboxes warm as there are slots', () => {
    expect(readConfig({ ...needed, WORKER_SLOTS: '3' })).toMatchObject({ slots: 3, warm: 3 });
    expect(readConfig({ ...needed, WORKER_SLOTS: '3', SANDBOX_WARM: '0' })).toMatchObject({ slots: 3, warm: 0 });
  });

  it('lets organizations hold twice as many sandboxes as there are slots, and never fewer than slots', () => {
    const boundMax = (set: Readonly<Record<string, string>>) =>
      readConfig({ ...needed, WORKER_SLOTS: '3', ...set }).boundMax;
    expect([boundMax({}), boundMax({ SANDBOX_BOUND_MAX: '5' }), boundMax({ SANDBOX_BOUND_MAX: '1' })]).toEqual([
      6, 5, 3,
    ]);
  });

  it('keeps content of files with the temporary ones of the system, up to 1 GiB', () => {
    expect(readConfig(needed).fileCache).toMatchObject({ directory: tmpdir(), bytesMax: 2 ** 30 });
    const set = { WORKER_FILE_CACHE_DIRECTORY: '/var/cache/x', WORKER_FILE_CACHE_BYTES: '0' };
    expect(readConfig({ ...needed, ...set }).fileCache).toMatchObject({ directory: '/var/cache/x', bytesMax: 0 });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig({ ...needed, SANDBOX_IMAGE: '', WORKER_METRICS_PORT: '' })).toMatchObject({
      image: 'code-interpreter-sandbox:latest',
    });
  });

  it('tells every problem at once, by name and without the value', () => {
    const read = () => readConfig({ REDIS_URL: 'http://u:secret@h', WORKER_SLOTS: '0', DOCKER_SOCKET: 'relative' });
    expect(read).toThrow(/REDIS_URL: [^]*DOCKER_SOCKET: [^]*WORKER_SLOTS: /);
    expect(read).not.toThrow(/secret/);
  });
});
