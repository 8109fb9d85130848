import { describe, expect, it } from '@jest/globals';
import { saidParts } from '../../../dashboard/src/pages/responses/said-parts.ts';

describe('dashboard: parts of what somebody wrote', () => {
  it('splits texts from blocks of code, and knows Python', () => {
    expect(saidParts('Run\n```python\nprint(1)\n```\nplease\n~~~sql\nselect 1\n~~~')).toEqual([
      { type: 'text', text: 'Run' },
      { type: 'code', code: 'print(1)', language: 'python' },
      { type: 'text', text: 'please' },
      { type: 'code', code: 'select 1', language: 'text' },
    ]);
  });

  it('lets a block that is never closed go to the end', () => {
    expect(saidParts('```\na\n\nb')).toEqual([{ type: 'code', code: 'a\n\nb', language: 'python' }]);
  });

  it('keeps markup as the text that it is', () => {
    expect(saidParts('<b>x</b>')).toEqual([{ type: 'text', text: '<b>x</b>' }]);
  });
});
