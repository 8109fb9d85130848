import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MODES, taskOf } from '../../faults/workload.ts';

describe('load of known answers', () => {
  it('is the same for the same seed and number', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seed, number) => {
        expect(taskOf(seed, number)).toEqual(taskOf(seed, number));
      }),
    );
  });

  it('expects the square of the input', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seed, number) => {
        const { stdin, expectedStdout } = taskOf(seed, number);
        const input = BigInt(stdin.trim());
        expect(expectedStdout).toBe(`begin ${String(input)}\nend ${String(input ** 2n % 1_000_003n)}\n`);
      }),
    );
  });

  it('has every mode and hardly an answer twice', () => {
    const tasks = Array.from({ length: 300 }, (_, number) => taskOf(7, number));
    expect(new Set(tasks.map(({ mode }) => mode))).toEqual(new Set(MODES));
    expect(new Set(tasks.map(({ expectedStdout }) => expectedStdout)).size).toBeGreaterThan(290);
  });
});
