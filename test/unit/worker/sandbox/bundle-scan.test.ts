import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createBundleScanner } from '../../../../worker/sandbox/bundle-scan.ts';
import { aBundle } from '../../../helpers/hostile-bytes.ts';

/** Shown the text piece by piece, each of `pieceBytes`. */
function isBundle(json: string, pieceBytes = 7): boolean {
  const bytes = Buffer.from(json);
  const scanner = createBundleScanner();
  for (let end = pieceBytes; end < bytes.length; end += pieceBytes)
    if (!scanner.scan(bytes.subarray(0, end))) return false;
  return scanner.scan(bytes) && scanner.isWhole();
}

describe('bundle scan', () => {
  it.each([
    '{}',
    ' { "text/plain" : "a" ,\n"image/svg+xml":"" }\t',
    '{"a/b":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u20AC\\ud83d\\ude00"}',
    '{"a/b":"é€😀\u007f"}',
    '{"a/b":"1","a/b":"2"}',
  ])('takes %s', (json) => {
    expect(isBundle(json)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['a list', '[]'],
    ['a bundle that is not closed', '{"a/b":"c"'],
    ['a text that is not closed', '{"a/b":"c'],
    ['something behind it', '{}{}'],
    ['a comma too many', '{"a/b":"c",}'],
    ['a comma too few', '{"a/b":"c""d/e":"f"}'],
    ['no colon', '{"a/b" "c"}'],
    ['a number', '{"a/b":1}'],
    ['a list in it', '{"a/b":["c"]}'],
    ['a bundle in it', '{"a/b":{"c/d":"e"}}'],
    ['a name that is no media type', '{"text":"a"}'],
    ['a name in capitals', '{"TEXT/plain":"a"}'],
    ['a name with an escape', '{"text\\/plain":"a"}'],
    ['a name that is too long', `{"a/${'b'.repeat(81)}":"a"}`],
    ['a name without end', `{"${'a'.repeat(10_000)}`],
    ['the prototype', '{"__proto__":"a"}'],
    ['a control character', '{"a/b":"\n"}'],
    ['an escape that JSON does not know', '{"a/b":"\\x41"}'],
    ['an escape that is no number', '{"a/b":"\\u12g4"}'],
    ['an escape that is cut', '{"a/b":"\\u12"}'],
    ['a lone high surrogate', '{"a/b":"\\ud800"}'],
    ['a high surrogate before a letter', '{"a/b":"\\ud800a"}'],
    ['a high surrogate before another escape', '{"a/b":"\\ud800\\n"}'],
    ['two high surrogates', '{"a/b":"\\ud800\\ud800"}'],
    ['a lone low surrogate', '{"a/b":"\\udc00"}'],
    ['seventeen names', `{${Array.from({ length: 17 }, (_, n) => `"a/b${String(n)}":""`).join(',')}}`],
    ['blanks without end', `{${' '.repeat(2_000)}}`],
  ])('refuses %s', (_name, json) => {
    expect(isBundle(json)).toBe(false);
  });

  it('takes every bundle that a runner can write, however it is cut', () => {
    const bundle = fc.dictionary(
      fc.constantFrom('text/plain', 'text/html', 'image/png', 'image/svg+xml'),
      fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
    );
    fc.assert(
      fc.property(bundle, fc.integer({ min: 1, max: 50 }), (value, pieceBytes) => {
        expect(isBundle(JSON.stringify(value), pieceBytes)).toBe(true);
      }),
    );
  });

  it('takes nothing that JSON would refuse, or that is more than texts by media type', () => {
    fc.assert(
      fc.property(aBundle(), fc.integer({ min: 1, max: 50 }), (bytes, pieceBytes) => {
        const json = bytes.toString('utf8');
        if (!isBundle(json, pieceBytes)) return;
        const value: unknown = JSON.parse(json);
        for (const [name, text] of Object.entries(Object(value))) {
          expect(name).toMatch(/^[a-z]+\/[a-z0-9.+-]+$/);
          expect(typeof text === 'string' && text.isWellFormed()).toBe(true);
        }
      }),
    );
  });
});
