import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { parseBody } from '../../../../api/http/validation.ts';
import { Metadata } from '../../../../shared/contracts/execution.ts';
import { JSON_VALUES_MAX, METADATA_KEYS_MAX } from '../../../../shared/contracts/limits.ts';

const record = (keys: number) => Object.fromEntries(Array.from({ length: keys }, (_, at) => [`k${String(at)}`, 'v']));

/** The same object, and how often one of its values was looked at. */
function watched(target: Record<string, string>) {
  let reads = 0;
  const value = new Proxy(target, {
    get(of, key) {
      reads += 1;
      const inner: unknown = Reflect.get(of, key);
      return inner;
    },
  });
  return { value, reads: () => reads };
}

describe('validation: many values', () => {
  it('refuses one value more than the bound', () => {
    const schema = z.record(z.string(), z.string());
    expect(parseBody(schema, record(JSON_VALUES_MAX - 1))).toEqual(record(JSON_VALUES_MAX - 1));
    expect(() => parseBody(schema, record(JSON_VALUES_MAX))).toThrow(
      expect.objectContaining({ code: 'VALIDATION_ERROR', param: null }),
    );
  });

  it('looks at no more values than the bound', () => {
    const { value, reads } = watched(record(JSON_VALUES_MAX * 10));
    expect(() => parseBody(z.unknown(), value)).toThrow('too many values');
    expect(reads()).toBeLessThanOrEqual(JSON_VALUES_MAX);
  });

  it('counts metadata before it looks at any of it', () => {
    const { value, reads } = watched(record(METADATA_KEYS_MAX + 1));
    expect(Metadata.safeParse(value).error?.issues).toMatchObject([{ message: 'at most 16 keys are allowed' }]);
    expect(reads()).toBe(0);
  });
});
