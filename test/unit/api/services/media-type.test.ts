import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mediaTypeOf } from '../../../../api/services/media-type.ts';
import { isMediaType } from '../../../../shared/contracts/file.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const of = (head: string, name: string, type?: string) => mediaTypeOf(Buffer.from(head, 'latin1'), { name, type });

describe('media types: by what a file is', () => {
  it.each<[string, string, string, string | undefined, string]>([
    ['a picture that says it is text', '\x89PNG\r\n\x1a\n…', 'a.txt', 'text/plain', 'image/png'],
    ['text that says it is a picture', 'hello', 'a.png', 'image/png', 'application/octet-stream'],
    ['text that says it is a workbook', 'a,b', 'a.xlsx', XLSX, 'application/octet-stream'],
    ['a workbook', 'PK\x03\x04…', 'a.xlsx', 'application/octet-stream', XLSX],
    ['a workbook by what was declared', 'PK\x03\x04…', 'a', XLSX, XLSX],
    ['an old workbook', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'a.XLS', undefined, 'application/vnd.ms-excel'],
    ['an archive', 'PK\x03\x04…', 'a.zip', undefined, 'application/zip'],
    ['Parquet', 'PAR1…', 'a', undefined, 'application/vnd.apache.parquet'],
    ['WebP', 'RIFF\0\0\0\0WEBP', 'a', undefined, 'image/webp'],
    ['CSV that declares nothing', 'a,b', 'a.CSV', undefined, 'text/csv'],
    ['CSV that declares bytes', 'a,b', 'a.csv', 'application/octet-stream', 'text/csv'],
    ['what is declared', 'a,b', 'a.csv', 'text/plain; charset=utf-8', 'text/plain'],
    ['nothing', '', '', undefined, 'application/octet-stream'],
    ['no type', 'x', 'x', 'text/html\r\nSet-Cookie: a=b', 'application/octet-stream'],
  ])('tells %s', (_what, ...[head, name, type, expected]) => {
    expect(of(head, name, type)).toBe(expected);
  });

  it('is always a type that a header can hold', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), fc.option(fc.string(), { nil: undefined }), (head, name, type) => {
        expect(isMediaType(mediaTypeOf(Buffer.from(head), { name, type }))).toBe(true);
      }),
    );
  });
});
