import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '../../../shared/contracts/errors.ts';
import { orUnavailable, reconnectDelayMs, redisOptions } from '../../../shared/queue/connection.ts';

const failing = (error: Error) => () => Promise.reject(error);
const withCode = (code: string) => Object.assign(new Error('failed'), { code });

describe('queue connection: orUnavailable', () => {
  it('passes a value on', async () => {
    expect(await orUnavailable(() => Promise.resolve(7))).toBe(7);
  });

  it.each([
    'Connection is closed.',
    "Stream isn't writeable and enableOfflineQueue options is false",
    'Command timed out',
    'Reached the max retries per request limit (which is 1). Refer to "maxRetriesPerRequest" option for details.',
    'LOADING Redis is loading the dataset in memory',
    'MISCONF Errors writing to the AOF file: No space left on device',
    "OOM command not allowed when used memory > 'maxmemory'.",
    "READONLY You can't write against a read only replica.",
  ])('turns %j into QUEUE_UNAVAILABLE', async (message) => {
    const cause = new Error(message);
    await expect(orUnavailable(failing(cause))).rejects.toMatchObject({
      code: 'QUEUE_UNAVAILABLE',
      retryAfterSeconds: 1,
      cause,
    });
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN'])(
    'turns %s into QUEUE_UNAVAILABLE',
    async (code) => {
      await expect(orUnavailable(failing(withCode(code)))).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    },
  );

  it.each([
    new Error('WRONGTYPE Operation against a key holding the wrong kind of value'),
    new AppError('NOT_FOUND', 'no such execution'),
    withCode('ENOENT'),
  ])('passes another failure on as it is: %p', async (error) => {
    await expect(orUnavailable(failing(error))).rejects.toBe(error);
  });
});

describe('queue connection: reconnectDelayMs', () => {
  it('grows from try to try, between 50 ms and a second', () => {
    fc.assert(
      fc.property(fc.nat(), (attempt) => {
        const [delayMs, nextMs] = [reconnectDelayMs(attempt), reconnectDelayMs(attempt + 1)];
        expect(delayMs).toBeGreaterThanOrEqual(50);
        expect(nextMs).toBeGreaterThanOrEqual(delayMs);
        expect(nextMs).toBeLessThanOrEqual(1_000);
      }),
    );
  });
});

describe('queue connection: redisOptions', () => {
  it('takes host, port, credentials and database from the URL', () => {
    expect(redisOptions('redis://us%40er:p%2Fw@example.org:6380/3', 'command')).toMatchObject({
      host: 'example.org',
      port: 6380,
      username: 'us@er',
      password: 'p/w',
      db: 3,
    });
  });

  it('has defaults for what the URL leaves out', () => {
    const options = redisOptions('redis://localhost', 'command');
    expect(options).toMatchObject({ host: 'localhost', port: 6379, db: 0 });
    expect(Object.keys(options).filter((key) => ['username', 'password', 'tls'].includes(key))).toEqual([]);
  });

  it('takes an IPv6 address out of its brackets', () => {
    expect(redisOptions('redis://[::1]:6379', 'command')).toMatchObject({ host: '::1' });
  });

  it('encrypts with rediss', () => {
    expect(redisOptions('rediss://localhost', 'command')).toMatchObject({ tls: {} });
  });

  it.each(['http://localhost', 'localhost:6379', ''])('refuses %j', (url) => {
    expect(() => redisOptions(url, 'command')).toThrow();
  });

  it('fails soon as a command connection and never as a blocking one', () => {
    expect(redisOptions('redis://localhost', 'command')).toMatchObject({
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      commandTimeout: 1_000,
    });
    expect(redisOptions('redis://localhost', 'blocking')).toMatchObject({ maxRetriesPerRequest: null });
    expect(redisOptions('redis://localhost', 'blocking')).not.toHaveProperty('commandTimeout');
  });
});
