import { describe, expect, it } from '@jest/globals';
import { isReusable, toExit, type RunEnding } from '../../../../worker/sandbox/exit.ts';
import { anEnded } from '../../../helpers/fake-sandbox.ts';
import type { Ended } from '../../../../worker/sandbox/supervisor-frames.ts';

const ended = (fields: Partial<Ended>): RunEnding => anEnded({ exit_code: null, ...fields });
const vanished = (oomKilled: boolean, killedFor: 'timed_out' | 'cancelled' | null): RunEnding => ({
  kind: 'vanished',
  oomKilled,
  killedFor,
});
const memoryError = { name: 'MemoryError' };
const valueError = { name: 'ValueError' };

describe('exit reason', () => {
  it.each([
    ['exit 0', ended({ exit_code: 0 }), null, 'ok'],
    ['exit 0 although a child of it ran out of memory', ended({ exit_code: 0, oom: true }), null, 'ok'],
    ['exit 0 with a forged error', ended({ exit_code: 0 }), valueError, 'ok'],
    ['exit 1 with an error', ended({ exit_code: 1 }), valueError, 'exception'],
    ['exit 1 without an error', ended({ exit_code: 1 }), null, 'exit'],
    ['exit 3 with a forged error', ended({ exit_code: 3 }), valueError, 'exit'],
    ['an uncaught MemoryError', ended({ exit_code: 1 }), memoryError, 'out_of_memory'],
    ['a kill by the kernel for memory', ended({ signal: 'SIGKILL', oom: true }), null, 'out_of_memory'],
    ['a failure after a child ran out of memory', ended({ exit_code: 1, oom: true }), valueError, 'out_of_memory'],
    ['a kill of itself', ended({ signal: 'SIGKILL' }), null, 'killed'],
    ['a crash in C', ended({ signal: 'SIGSEGV' }), valueError, 'killed'],
    ['the clock', ended({ cause: 'timed_out', signal: 'SIGKILL' }), null, 'timed_out'],
    ['the clock, with a memory kill beside it', ended({ cause: 'timed_out', oom: true }), null, 'timed_out'],
    ['a flood', ended({ cause: 'output_limit' }), null, 'output_limit'],
    ['a cancel', ended({ cause: 'cancelled' }), valueError, 'cancelled'],
    ['the zygote dead for memory', ended({ cause: 'lost', oom: true }), null, 'out_of_memory'],
    ['the container killed for the clock', vanished(true, 'timed_out'), null, 'timed_out'],
    ['the container killed for a cancel', vanished(false, 'cancelled'), null, 'cancelled'],
    ['the container dead for memory', vanished(true, null), null, 'out_of_memory'],
  ] as const)('%s is told truthfully', (_name, ending, error, reason) => {
    expect(toExit(ending, error)?.reason).toBe(reason);
  });

  it.each([
    ['the container', vanished(false, null)],
    ['the zygote', ended({ cause: 'lost' })],
  ])('is unknown when %s died without a cause', (_name, ending) => {
    expect(toExit(ending, null)).toBeNull();
  });

  it('lets only normal ends keep their sandbox', () => {
    expect(['ok', 'exception', 'exit'].every((reason) => isReusable(reason as 'ok'))).toBe(true);
    expect(
      ['timed_out', 'out_of_memory', 'output_limit', 'killed', 'cancelled', 'sandbox_lost'].some((reason) =>
        isReusable(reason as 'ok'),
      ),
    ).toBe(false);
  });
});
