/** How code ends and what is told of it; and that the next run in the same sandbox finds everything as it was. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Execution } from '../../../shared/contracts/execution.ts';
import { startService, type Service } from '../../helpers/service.ts';
import { EXCEPTION, exitOf, OK } from '../attacks/ends.ts';
import { CHANNELS, EXCEPTIONS, LAST_THINGS, type Program } from './ending-programs.ts';

/** Names the sandbox, and shows whether the process is as new: its streams, its threads, what it inherited. */
const NEXT = `import atexit, os, sys, threading
print(open("/proc/self/cgroup").read(), open("/proc/1/stat").read().split()[21])
print("to stderr", file=sys.stderr)
print(threading.active_count(), atexit._ncallbacks(), sys.getrecursionlimit(), sorted(map(int, os.listdir("/proc/self/fd")))[:3])
6 * 7`;

let service: Service;
beforeAll(async () => {
  // With one slot the next run gets the sandbox of the one before.
  service = await startService({ slots: 1 });
}, 120_000);
afterAll(() => service.stop(), 60_000);

const errorOf = ({ outputs }: Execution) => outputs.find((output) => output.type === 'error');

async function expectEnd({ code, stdin, exit, stdout, stderr, error, value }: Program): Promise<void> {
  const execution = await service.run(code, { timeout_ms: 15_000, ...(stdin !== undefined && { stdin }) });
  const told = { exit: execution.exit, out: execution.stdout, err: execution.stderr, error: errorOf(execution) };
  expect(told).toMatchObject({ exit, out: expectedText(stdout), err: expectedText(stderr), ...(error && { error }) });
  expect(told.error === undefined).toBe(error === undefined);
  if (value === undefined) return;
  expect(execution.outputs.at(-1)).toEqual({ type: 'result', data: { 'text/plain': value } });
}

/** What is not named must be empty. */
function expectedText(expected: RegExp | string = '') {
  return typeof expected === 'string' ? expected : expect.stringMatching(expected);
}

const next = async () => {
  const { exit, stdout, stderr, outputs } = await service.run(NEXT);
  return { exit, stdout, stderr, value: outputs.at(-1) };
};

describe('how code ends', () => {
  it.each([...EXCEPTIONS, ...CHANNELS, ...LAST_THINGS])(
    '$name',
    async (program) => {
      const before = await next();
      await expectEnd(program);
      expect(await next()).toEqual(before);
      expect(before).toMatchObject({ exit: OK, value: { type: 'result', data: { 'text/plain': '42' } } });
    },
    60_000,
  );

  it('names the signal of a crash in C, with what was printed before', async () => {
    const execution = await service.run('import ctypes\nprint("before")\nctypes.string_at(0)');
    expect(execution).toMatchObject({
      status: 'failed',
      stdout: 'before\n',
      exit: { reason: 'killed', code: null, signal: 'SIGSEGV' },
    });
    expect(await next()).toMatchObject({ exit: OK, stderr: 'to stderr\n' });
  });

  it('tells of an exception whose traceback nobody could read in full', async () => {
    const { exit, outputs } = await service.run('def f(n): return g(n)\ndef g(n): return f(n + 1)\nf(0)');
    expect(exit).toMatchObject(EXCEPTION);
    const error = outputs.find(({ type }) => type === 'error');
    expect(error).toMatchObject({ name: 'RecursionError', value: 'maximum recursion depth exceeded' });
    expect(JSON.stringify(error).length).toBeLessThan(20_000);
  });

  it('keeps the exit code of a process that ends while its threads still print', async () => {
    const code =
      'import os, threading\ndef work():\n    while True: print("x")\nfor _ in range(3): threading.Thread(target=work, daemon=True).start()\nimport time\ntime.sleep(0.02)\nos._exit(9)';
    const execution = await service.run(code);
    expect(execution.exit).toEqual(exitOf(9));
    // As in CPython, the newlines of several threads come as they come.
    expect(execution.stdout).toMatch(/^[x\n]+$/);
  });
});
