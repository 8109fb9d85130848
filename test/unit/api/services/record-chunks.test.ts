import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toChunks } from '../../../../api/services/record-chunks.ts';
import { aRunFinished } from '../../../helpers/run-reports.ts';

const aResult = (characters: number) =>
  aRunFinished({ outputs: [{ type: 'text', stream: 'stdout', text: 'x'.repeat(characters) }] });

describe('record chunks', () => {
  it('keeps every result in its order, and no chunk above the bound but one of a single result', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 30 }), fc.integer({ min: 1, max: 60 }), (sizes, bound) => {
        const results = sizes.map(aResult);
        const chunks = toChunks(results, bound);
        expect(chunks.flat()).toEqual(results);
        for (const chunk of chunks) {
          const size = chunk
            .flatMap(({ outputs }) => outputs)
            .reduce((sum, o) => sum + (o.type === 'text' ? o.text.length : 0), 0);
          expect(chunk.length === 1 || size <= bound).toBe(true);
        }
      }),
    );
  });

  it('makes one chunk of small results', () => {
    expect(toChunks([aResult(1), aResult(2)])).toHaveLength(1);
  });
});
