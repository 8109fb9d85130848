import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createFileScanner } from '../../../../worker/sandbox/file-scan.ts';

/** Shown the text piece by piece, each of `pieceBytes`. */
function fileIn(json: string, pieceBytes = 7) {
  const bytes = Buffer.from(json);
  const scanner = createFileScanner();
  for (let end = pieceBytes; end < bytes.length; end += pieceBytes)
    if (!scanner.scan(bytes.subarray(0, end))) return undefined;
  return scanner.scan(bytes) ? scanner.fileIn(bytes) : undefined;
}

const aFile = (change: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify({ name: 'a.csv', mime_type: 'text/csv', content_base64: 'YWI=', ...change });

describe('file scan: names', () => {
  it.each([
    ['a space', ' '],
    ['a leading dash', '-rf'],
    ['dots at the end', 'a..'],
    ['three dots', '...'],
    ['quotes', `a"b'c`],
    ['markup', '<img src=x onerror=alert(1)>.html'],
    ['a formula', "=cmd|' C calc'!A0.csv"],
    ['a device of Windows', 'CON'],
    ['an emoji of several parts', '👩\u200d🔬.png'],
    ['a decomposed letter', 'e\u0301.csv'],
    ['255 bytes', 'é'.repeat(127) + 'a'],
    ['a prototype', '__proto__'],
  ])('takes %s', (_what, name) => {
    expect(fileIn(aFile({ name }))?.name).toBe(name);
  });

  it.each([
    ['nothing', ''],
    ['a dot', '.'],
    ['two dots', '..'],
    ['a path', 'a/b'],
    ['a path of Windows', '..\\a'],
    ['NUL', 'a\u0000'],
    ['a line break', 'a\r\nX-Header: b'],
    ['an escape of a terminal', '\u001b[2J'],
    ['a control character of Latin-1', 'a\u0085'],
    ['a line separator', 'a\u2028b'],
    ['a turned reading direction', '\u202ecod.exe'],
    ['256 bytes', 'é'.repeat(128)],
    ['a lone surrogate', '\ud800'],
    ['far too much', '\u0001'.repeat(100_000)],
  ])('refuses %s', (_what, name) => {
    expect(fileIn(aFile({ name }))).toBeUndefined();
  });
});

describe('file scan: content', () => {
  it.each([
    ['', 0],
    ['YQ==', 1],
    ['YWI=', 2],
    ['YWJj', 3],
    ['+/+/', 3],
    ['AAAA'.repeat(1000), 3000],
  ])('takes %s as base64 and knows its size', (base64, sizeBytes) => {
    const found = fileIn(aFile({ content_base64: base64 }));
    expect(found?.size_bytes).toBe(sizeBytes);
    expect(Buffer.from(found?.content ?? []).toString()).toBe(base64);
  });

  it.each(['=', '====', 'A', 'AA', 'AAA', 'A===', 'AA=A', 'AA==AAAA', '=AAA', 'AA-_', 'AA\n=', 'AA =', 'é', 'AAA"'])(
    'refuses %s',
    (base64) => {
      expect(fileIn(aFile({ content_base64: base64 }))).toBeUndefined();
    },
  );

  it('refuses base64 that is spelt with escapes', () => {
    expect(fileIn('{"name":"a","mime_type":"a/b","content_base64":"\\u0041AA="}')).toBeUndefined();
  });

  it('takes all bytes, however the record is cut', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.integer({ min: 1, max: 50 }), (bytes, pieceBytes) => {
        const found = fileIn(aFile({ content_base64: Buffer.from(bytes).toString('base64') }), pieceBytes);
        expect(found?.size_bytes).toBe(bytes.length);
        expect(Buffer.from(Buffer.from(found?.content ?? []).toString(), 'base64').equals(bytes)).toBe(true);
      }),
    );
  });
});

describe('file scan: shape', () => {
  it('takes the members in any order, with blanks', () => {
    expect(fileIn(' { "content_base64" : "YQ==" , "name":"a",\n"mime_type":"a/b"}\t')?.size_bytes).toBe(1);
  });

  it.each([
    ['a member too few', '{"name":"a","mime_type":"a/b"}'],
    ['a member too many', aFile({ path: '/etc' })],
    ['a member twice', '{"name":"a","name":"b","mime_type":"a/b","content_base64":""}'],
    ['the size, which is not for the code to say', aFile({ size_bytes: '1' })],
    ['a number', aFile({ name: 1 })],
    ['a list', '[]'],
    ['nothing', '{}'],
    ['a broken end', aFile().slice(0, -1)],
    ['something behind it', `${aFile()}{}`],
    ['a media type without subtype', aFile({ mime_type: 'text' })],
    ['a media type in capitals', aFile({ mime_type: 'Text/CSV' })],
    ['a media type with parameters', aFile({ mime_type: 'text/csv; charset=utf-8' })],
    ['a media type with a line break', aFile({ mime_type: 'a/b\r\nX: y' })],
    ['a media type that is too long', aFile({ mime_type: `a/${'b'.repeat(81)}` })],
    ['a media type without end', aFile({ mime_type: `a/${'b'.repeat(100_000)}` })],
    ['a media type whose beginning alone is long', aFile({ mime_type: `${'a'.repeat(100_000)}/b` })],
    ['no media type', aFile({ mime_type: '' })],
  ])('refuses %s', (_what, json) => {
    expect(fileIn(json)).toBeUndefined();
  });
});
