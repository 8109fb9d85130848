import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shownJob } from '../../../../api/admin/shown-job.ts';

const MARKER = 'marker-of-a-tenant';

describe('shown job', () => {
  it('keeps ids, numbers and settings, and tells the sizes of the rest', () => {
    const job = {
      ...{ version: 1, execution_id: 'exec_1', timeout_ms: 5, isolation: 'fresh', code: 'ä', stdin: '' },
      ...{ files: [{ name: 'secret.csv' }], more: { deep: 'secret' }, nothing: null },
    };
    expect(shownJob(job)).toEqual({
      ...{
        version: 1,
        execution_id: 'exec_1',
        timeout_ms: 5,
        isolation: 'fresh',
        code: '(2 bytes)',
        stdin: '(0 bytes)',
      },
      ...{ files: '(1)', more: '(…)', nothing: null },
    });
  });

  it.each([undefined, null, 'text', 7])('shows nothing of %p, which is no job', (data) => {
    expect(shownJob(data)).toEqual({});
  });

  it('shows no text that is not an id or a setting, whatever a later version adds', () => {
    const name = fc
      .string()
      .filter((text) => !text.endsWith('_id') && !/^(id|isolation|figure_format|language)$/.test(text));
    const leaf = fc.constant(MARKER);
    const value = fc.oneof(leaf, fc.array(leaf), fc.dictionary(fc.string(), leaf), fc.array(fc.record({ a: leaf })));
    fc.assert(
      fc.property(fc.dictionary(name, value), (job) => {
        expect(JSON.stringify(Object.values(shownJob(job)))).not.toContain(MARKER);
      }),
    );
  });
});
