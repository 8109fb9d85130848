import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { columnsOf, keysOf } from '../../../../api/services/responses/table-columns.ts';

const quoted = (field: string) => `"${field.replaceAll('"', '""')}"`;

describe('columns of a table', () => {
  it.each([
    ['a,b\n1,2', ['a', 'b']],
    ['a;b,c;d\r\n1;2;3', ['a', 'b,c', 'd']],
    ['a\tb', ['a', 'b']],
    ['only\n1\n', ['only']],
    ['"a, b","c ""d""",e\n', ['a, b', 'c "d"', 'e']],
    ['"over\ntwo lines",x\n', ['over\ntwo lines', 'x']],
    ['', undefined],
    [' \n', undefined],
    ['PK\0\0', undefined],
    ['"never ends,a\nb,c', undefined],
  ])('of %j are %j', (text, columns) => {
    expect(columnsOf(text, true)).toEqual(columns);
  });

  it('are unknown where the first record is longer than what was read', () => {
    expect(columnsOf('a,b,c', false)).toBeUndefined();
  });

  it('come back as they were quoted', () => {
    const field = fc.string().filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(field, { minLength: 2, maxLength: 20 }), (fields) => {
        expect(columnsOf(`${fields.map(quoted).join(',')}\n1,2\n`, false, ',')).toEqual(fields);
      }),
    );
  });
});

describe('keys of JSON', () => {
  it.each([
    ['{"a": 1, "b": {"c": 2}, "d": ["e", {"f": 1}]}', ['a', 'b', 'd']],
    ['[{"a": 1}, {"b": 2}]', ['a']],
    ['{"a": 1}\n{"b": 2}\n', ['a']],
    ['{"a": "x\\"y\\": {", "b": 1, "c": "never en', ['a', 'b', 'c']],
    ['{"\\u0061": 1}', ['a']],
    ['{}', []],
    ['[1, 2]', undefined],
    ['nonsense', undefined],
    ['', undefined],
  ])('of %j are %j', (text, keys) => {
    expect(keysOf(text)).toEqual(keys);
  });

  it('are those of the object, whatever is in it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), (object) => {
        expect(keysOf(JSON.stringify(object))).toEqual(Object.keys(object));
        expect(keysOf(JSON.stringify([object, { other: 1 }], null, 2))).toEqual(Object.keys(object));
      }),
    );
  });

  it('are never more than are there, however the text is cut', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), fc.nat(), (object, cut) => {
        const found = keysOf(JSON.stringify(object).slice(0, cut)) ?? [];
        expect(found).toEqual(Object.keys(object).slice(0, found.length));
      }),
    );
  });

  it('are found in linear time', () => {
    const hostile = [
      '{' + '"a":['.repeat(13_000),
      `{"${'\\"'.repeat(32_000)}`,
      '{' + '"'.repeat(65_000),
      '{"a"' + ' '.repeat(65_000),
    ];
    for (const text of hostile) expect(keysOf(text)?.length ?? 0).toBeLessThan(2);
  });
});
