import { describe, expect, it } from '@jest/globals';
import { CreateExecution } from '../../../shared/contracts/execution.ts';
import {
  CODE_BYTES_MAX,
  MEMORY_MIB_MAX,
  MEMORY_MIB_MIN,
  METADATA_KEYS_MAX,
  METADATA_KEY_CHARACTERS_MAX,
  METADATA_VALUE_CHARACTERS_MAX,
  STDIN_BYTES_MAX,
  TIMEOUT_MS_MAX,
  TIMEOUT_MS_MIN,
} from '../../../shared/contracts/limits.ts';

const accepts = (fields: Readonly<Record<string, unknown>>) =>
  CreateExecution.safeParse({ code: 'print(1)', ...fields }).success;
const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`key${String(n)}`, 'v']));

describe('create execution: limits', () => {
  it.each([
    ['code', { code: 'x'.repeat(CODE_BYTES_MAX) }, { code: 'x'.repeat(CODE_BYTES_MAX + 1) }],
    [
      'code in bytes, not characters',
      { code: 'é'.repeat(CODE_BYTES_MAX / 2) },
      { code: 'é'.repeat(CODE_BYTES_MAX / 2 + 1) },
    ],
    ['stdin', { stdin: 'x'.repeat(STDIN_BYTES_MAX) }, { stdin: 'x'.repeat(STDIN_BYTES_MAX + 1) }],
    ['most time', { timeout_ms: TIMEOUT_MS_MAX }, { timeout_ms: TIMEOUT_MS_MAX + 1 }],
    ['least time', { timeout_ms: TIMEOUT_MS_MIN }, { timeout_ms: TIMEOUT_MS_MIN - 1 }],
    ['most memory', { memory_mb: MEMORY_MIB_MAX }, { memory_mb: MEMORY_MIB_MAX + 1 }],
    ['least memory', { memory_mb: MEMORY_MIB_MIN }, { memory_mb: MEMORY_MIB_MIN - 1 }],
    ['metadata keys', { metadata: keys(METADATA_KEYS_MAX) }, { metadata: keys(METADATA_KEYS_MAX + 1) }],
    [
      'a metadata key',
      { metadata: { ['k'.repeat(METADATA_KEY_CHARACTERS_MAX)]: '' } },
      { metadata: { ['k'.repeat(METADATA_KEY_CHARACTERS_MAX + 1)]: '' } },
    ],
    [
      'a metadata value',
      { metadata: { k: 'v'.repeat(METADATA_VALUE_CHARACTERS_MAX) } },
      { metadata: { k: 'v'.repeat(METADATA_VALUE_CHARACTERS_MAX + 1) } },
    ],
  ])('takes %s at the limit and refuses one past it', (_name, at, past) => {
    expect([accepts(at), accepts(past)]).toEqual([true, false]);
  });

  it.each([
    ['an unknown field', { color: 'red' }],
    ['another language', { language: 'ruby' }],
    ['only blanks', { code: ' \n' }],
    ['NUL', { code: 'a\u0000b' }],
    ['a lone surrogate', { code: 'a\ud800b' }],
    ['NUL in stdin', { stdin: '\u0000' }],
    ['NUL in metadata', { metadata: { k: '\u0000' } }],
    ['a fraction of a millisecond', { timeout_ms: 1.5 }],
    ['an endless time', { timeout_ms: Infinity }],
    ['a time as text', { timeout_ms: '1000' }],
    ['a looser isolation than there is', { isolation: 'none' }],
    ['an id of another kind', { organization_id: 'exec_00000000000000000000' }],
  ])('refuses %s', (_name, fields) => {
    expect(accepts(fields)).toBe(false);
  });
});
