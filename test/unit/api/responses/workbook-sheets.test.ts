import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sheetNames, sheetsOf } from '../../../../api/services/responses/workbook-sheets.ts';

const XML =
  '<?xml version="1.0"?><workbook xmlns="x"><sheets><sheet name="Jan &amp; Feb" sheetId="1" r:id="rId1"/>' +
  "<x:sheet sheetId='2' name='Totals'/></sheets></workbook>";

/** A zip of one entry, as writers make it. */
function zipOf(
  content: string,
  { name = 'xl/workbook.xml', packed = deflateRawSync(content), method = 8 } = {},
): Buffer {
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(name.length, 26);
  const before = Buffer.concat([local, Buffer.from(name), packed]);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(method, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt16LE(name.length, 28);
  const directory = Buffer.concat([entry, Buffer.from(name)]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(before.length, 16);
  return Buffer.concat([before, directory, end]);
}

/** Reads as a storage does: it refuses what is not there. */
const sheetsIn = (bytes: Buffer) =>
  sheetsOf(bytes.length, ({ first, last }) => {
    if (first < 0 || last < first || last >= bytes.length) throw new Error(`no bytes ${String(first)}-${String(last)}`);
    return Promise.resolve(bytes.subarray(first, last + 1));
  });

describe('workbook sheets', () => {
  it('are named as the workbook names them', async () => {
    expect(await sheetsIn(zipOf(XML))).toEqual(['Jan & Feb', 'Totals']);
  });

  it('are read where nothing is packed', async () => {
    expect(await sheetsIn(zipOf(XML, { packed: Buffer.from(XML), method: 0 }))).toEqual(['Jan & Feb', 'Totals']);
  });

  it('are unknown in another kind of zip', async () => {
    expect(await sheetsIn(zipOf(XML, { name: 'word/document.xml' }))).toBeUndefined();
  });

  it('are unknown where they unpack to too much', async () => {
    expect(await sheetsIn(zipOf('<sheet name="a"/>'.repeat(1_000_000)))).toBeUndefined();
  });

  it.each([
    ['&#65;&#x42;', 'AB'],
    ['&lt;&unknown;', '<&unknown;'],
    ['&#x110000;', '&#x110000;'],
    ['&#0;', '&#0;'],
  ])('write %j for %j', (written, name) => {
    expect(sheetNames(`<sheet name="${written}"/>`)).toEqual([name]);
  });

  it('come to an answer whatever the bytes are', async () => {
    const good = zipOf(XML);
    const changed = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 8 }).map((changes) => {
      const bytes = Buffer.from(good);
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          changed,
          fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
        ),
        async (bytes) => {
          const sheets = await sheetsIn(bytes);
          expect(sheets === undefined || Array.isArray(sheets)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
