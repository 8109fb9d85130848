import { availableParallelism } from 'node:os';
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
