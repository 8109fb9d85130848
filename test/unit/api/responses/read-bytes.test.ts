import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { readBytes } from '../../../../api/services/responses/read-bytes.ts';

const RANGE = { first: 0, last: 3 };
const endless = () => new Readable({ read: () => undefined });

describe('read bytes', () => {
  it('are no more than was asked for', async () => {
    const content = Readable.from([Buffer.from('abc'), Buffer.from('def'), Buffer.from('ghi')]);
    expect(String(await readBytes(Promise.resolve(content), RANGE, new AbortController().signal))).toBe('abcd');
    expect(content.destroyed).toBe(true);
  });

  it('are given up when they take too long', async () => {
    const content = endless();
    const reading = readBytes(Promise.resolve(content), RANGE, AbortSignal.timeout(20));
    await expect(reading).rejects.toThrow('did not come in time');
    expect(content.destroyed).toBe(true);
  });

  it('are given up when the storage does not answer, and closed when it does after all', async () => {
    const opening = Promise.withResolvers<Readable>();
    await expect(readBytes(opening.promise, RANGE, AbortSignal.timeout(20))).rejects.toThrow('did not come in time');
    const content = endless();
    opening.resolve(content);
    await opening.promise;
    expect(content.destroyed).toBe(true);
    expect(() => content.emit('error', new Error('broken after all'))).not.toThrow();
  });

  it('fail as the storage fails', async () => {
    const reading = readBytes(Promise.reject(new Error('no storage')), RANGE, new AbortController().signal);
    await expect(reading).rejects.toThrow('no storage');
  });
});
