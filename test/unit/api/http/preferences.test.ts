import { describe, expect, it } from '@jest/globals';
import { apiKeyOf, idempotencyKeyOf, preferredWaitSeconds, wantsEvents } from '../../../../api/http/preferences.ts';

describe('preferences: wait', () => {
  it.each<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ['', undefined],
    ['wait=5', 5],
    ['WAIT = "5"', 5],
    ['respond-async, wait=5', 5],
    ['wait=5; x=y', 5],
    ['wait=0', 0],
    ['wait=60', 60],
    ['wait=61', 60],
    ['wait=999999999', 60],
    ['wait=-1', undefined],
    ['wait=1.5', undefined],
    ['wait', undefined],
    ['await=5', undefined],
    ['wait=5, wait=7', 5],
  ])('%s is %s', (header, seconds) => {
    expect(preferredWaitSeconds(header)).toBe(seconds);
  });
});

describe('preferences: events', () => {
  it.each<[string | undefined, boolean]>([
    [undefined, false],
    ['*/*', false],
    ['application/json', false],
    ['text/event-stream', true],
    ['application/json, Text/Event-Stream;q=0.5', true],
    ['text/event-stream-x', false],
  ])('%s is %s', (accept, wants) => {
    expect(wantsEvents(accept)).toBe(wants);
  });
});

describe('preferences: keys', () => {
  it.each<[string | undefined, string | undefined, string | undefined]>([
    [undefined, undefined, undefined],
    ['Bearer ak_1', undefined, 'ak_1'],
    ['bearer  ak_1 ', undefined, 'ak_1'],
    [undefined, 'ak_2', 'ak_2'],
    ['Bearer ak_1', 'ak_2', 'ak_1'],
    ['Basic ak_1', 'ak_2', undefined],
    ['Bearer a b', undefined, undefined],
  ])('%s and %s give %s', (authorization, xApiKey, key) => {
    expect(apiKeyOf(authorization, xApiKey)).toBe(key);
  });

  it('takes idempotency keys up to their limit and none past it', () => {
    expect(idempotencyKeyOf(undefined)).toBeUndefined();
    expect(idempotencyKeyOf('k'.repeat(255))).toHaveLength(255);
    expect(() => idempotencyKeyOf('k'.repeat(256))).toThrow(/255/);
    expect(() => idempotencyKeyOf('')).toThrow(/Idempotency-Key/);
  });
});
