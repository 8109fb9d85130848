import { describe, expect, it } from '@jest/globals';
import { exitHint } from '../../../shared/contracts/exit-hints.ts';
import { EXIT_REASONS } from '../../../shared/contracts/statuses.ts';

describe('exit hints', () => {
  it('are there for what ends code from outside, and for nothing else', () => {
    expect(EXIT_REASONS.filter((reason) => exitHint(reason) !== undefined)).toEqual([
      'timed_out',
      'out_of_memory',
      'output_limit',
      'killed',
      'sandbox_lost',
    ]);
  });

  it.each([
    ['timed_out', 'timeout_ms'],
    ['out_of_memory', 'memory_mb'],
    ['output_limit', 'attach'],
    ['killed', 'SIGSEGV'],
    ['sandbox_lost', 'again'],
  ] as const)('of %s name %s', (reason, word) => {
    expect(exitHint(reason)).toContain(word);
  });
});
