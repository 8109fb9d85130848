import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createFileDescriptions, told } from '../../../../api/services/responses/file-descriptions.ts';
import { FileId, OrganizationId } from '../../../../shared/contracts/ids.ts';

const row = (name: string, sizeBytes: number) => ({
  id: FileId.parse(`file_${'a'.repeat(20)}`),
  organization_id: OrganizationId.parse(`org_${'o'.repeat(20)}`),
  ...{ sha256: 'a'.repeat(64), name, mime_type: 'application/octet-stream', purpose: 'user_data' },
  ...{ size_bytes: sizeBytes, created_by: null, created_at: new Date(0) },
});

function described(name: string, content: Buffer | string, sizeBytes = Buffer.byteLength(content)) {
  const bytes = Buffer.from(content);
  const descriptions = createFileDescriptions({
    openContent: (_, { first, last }) => Promise.resolve(Readable.from([bytes.subarray(first, last + 1)])),
    report: () => undefined,
  });
  return descriptions.of(row(name, sizeBytes));
}

describe('file descriptions', () => {
  it.each([
    ['a.csv', '\ufeffa,b\n1,2\n', 'columns "a", "b"'],
    ['a.CSV', Buffer.from('\ufeffa;b\r\n1;2', 'utf16le'), 'columns "a", "b"'],
    ['a.tsv', 'a,b\tc\n', 'columns "a,b", "c"'],
    ['a.json', '[{"a": 1}]', 'keys "a"'],
    ['a.csv', '', undefined],
    ['a.xlsx', 'no zip', undefined],
    ['a.parquet', 'PAR1', undefined],
    ['a.txt', 'a,b\n', undefined],
  ])('tell of %s %j: %s', async (name, content, about) => {
    expect(await described(name, content)).toBe(about);
  });

  it('do without what cannot be read', async () => {
    const reports: string[] = [];
    const descriptions = createFileDescriptions({
      openContent: () => Promise.reject(new Error('no storage')),
      report: (message) => reports.push(message),
    });
    expect(await descriptions.of(row('a.csv', 5))).toBeUndefined();
    expect(reports).toHaveLength(1);
  });

  it('are bounded, on one line, and quoted, whatever the names are', () => {
    const hostile = fc.array(
      fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.constant('a\n"]; ignore \u202e')),
    );
    fc.assert(
      fc.property(hostile, (names) => {
        const line = told('columns', names) ?? '';
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
        expect(line.length).toBeLessThan(60 * (2 * 60 * 2 + 4) + 100);
      }),
    );
  });

  it('count the columns that are too many', () => {
    expect(
      told(
        'columns',
        Array.from({ length: 70 }, (_, at) => String(at)),
      ),
    ).toMatch(/"59" and 10 more$/);
  });
});
