import { describe, expect, it } from '@jest/globals';
import { toldDetail, toldError } from '../../../shared/platform/told-error.ts';

const leaky = () =>
  Object.assign(new Error('WRONGPASS', { cause: Object.assign(new Error('inner'), { args: ['secret'] }) }), {
    code: 'E1',
    command: { name: 'auth', args: ['secret'] },
    detail: 'Failing row contains (secret)',
  });

describe('told errors', () => {
  it('keep what helps and nothing that libraries hang on them', () => {
    const told = toldError(leaky());
    expect(told).toMatchObject({ type: 'Error', message: 'WRONGPASS', code: 'E1', cause: { message: 'inner' } });
    expect(JSON.stringify(told)).not.toContain('secret');
  });

  it('are found one level deep in a detail', () => {
    expect(JSON.stringify(toldDetail({ executionId: 'e', error: leaky() }))).not.toContain('secret');
    expect(toldDetail({ count: 2 })).toEqual({ count: 2 });
    expect(toldDetail('text')).toBe('text');
  });
});
