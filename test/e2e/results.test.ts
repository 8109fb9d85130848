/** What an execution gives back, through HTTP, queue and a real container. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Execution } from '../../shared/contracts/execution.ts';
import { startService, type Service } from '../helpers/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
}, 120_000);
afterAll(() => service.stop(), 60_000);

const errorOf = (execution: Execution) => execution.outputs.find((output) => output.type === 'error');
const resultOf = (execution: Execution) => execution.outputs.find((output) => output.type === 'result')?.data ?? {};

const COMPOUND_INTEREST = `principal = 10000
rate = 0.07
years = 20
result = principal * (1 + rate) ** years
print(f'\${result:,.2f}')`;

describe('results', () => {
  it('runs the compound-interest example', async () => {
    const execution = await service.run(COMPOUND_INTEREST);
    expect(execution).toMatchObject({
      object: 'execution',
      organization_id: service.tenant.id,
      status: 'completed',
      exit: { reason: 'ok', code: 0, signal: null },
      stdout: '$38,696.84\n',
      stderr: '',
      attempt: 1,
    });
  });

  it('shows the value of the last expression, and none after a statement', async () => {
    expect(resultOf(await service.run('x = 41\nx + 1'))).toEqual({ 'text/plain': '42' });
    expect(resultOf(await service.run('x = 41'))).toEqual({});
    expect(resultOf(await service.run('None'))).toEqual({});
  });

  it('shows a data frame as text and as HTML', async () => {
    const data = resultOf(await service.run("import pandas as pd\npd.DataFrame({'a': [1, 2]})"));
    expect(data['text/plain']).toContain('a\n0  1');
    expect(data['text/html']).toContain('<table');
  });

  it('shows open figures as PNG at the end', async () => {
    const execution = await service.run('import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nprint("plotted")');
    const displays = execution.outputs.filter((output) => output.type === 'display');
    expect(displays).toHaveLength(1);
    const png = Buffer.from(displays[0]?.data['image/png'] ?? '', 'base64');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(execution.stdout).toBe('plotted\n');
  });

  it('keeps the order of stdout, stderr, displays and the result', async () => {
    const execution = await service.run('import sys, os\nprint("a")\nprint("b", file=sys.stderr)\nprint("c")\n"d"');
    expect(execution.outputs).toEqual([
      { type: 'text', stream: 'stdout', text: 'a\n' },
      { type: 'text', stream: 'stderr', text: 'b\n' },
      { type: 'text', stream: 'stdout', text: 'c\n' },
      { type: 'result', data: { 'text/plain': "'d'" } },
    ]);
  });

  it('shows a traceback of the user’s frames only, with their source lines', async () => {
    const execution = await service.run('def f(x):\n    return 1 / x\n\nf(0)');
    expect(execution).toMatchObject({ status: 'failed', exit: { reason: 'exception', code: 1 } });
    const error = errorOf(execution);
    expect(error).toMatchObject({ name: 'ZeroDivisionError', value: 'division by zero' });
    expect(error?.traceback).toContain('File "<code>", line 4');
    expect(error?.traceback).toContain('File "<code>", line 2, in f');
    expect(error?.traceback).toContain('return 1 / x');
    expect(error?.traceback).not.toMatch(/runner|\/opt|\/usr\/lib/);
  });

  it('points at a syntax error', async () => {
    const error = errorOf(await service.run('x = 1\ny = (2 +\n'));
    expect(error?.name).toBe('SyntaxError');
    expect(error?.traceback).toContain('line 2');
    expect(error?.traceback).toContain('^');
  });

  it.each([
    ['sys.exit(3)', 'failed', { reason: 'exit', code: 3, signal: null }],
    ['sys.exit(0)', 'completed', { reason: 'ok', code: 0, signal: null }],
    ['sys.exit(255)', 'failed', { reason: 'exit', code: 255, signal: null }],
    ['sys.exit(1000)', 'failed', { reason: 'exit', code: 232, signal: null }],
    ['os._exit(7)', 'failed', { reason: 'exit', code: 7, signal: null }],
    ['os.kill(os.getpid(), 9)', 'failed', { reason: 'killed', code: null, signal: 'SIGKILL' }],
    ['os.abort()', 'failed', { reason: 'killed', code: null, signal: 'SIGABRT' }],
    ['raise MemoryError', 'failed', { reason: 'out_of_memory', code: 1, signal: null }],
  ])('tells truthfully how %s ended', async (code, status, exit) => {
    expect(await service.run(`import os, sys\n${code}`)).toMatchObject({ status, exit });
  });

  it('prints the text that sys.exit was given', async () => {
    const execution = await service.run('import sys\nsys.exit("no data")');
    expect(execution).toMatchObject({ exit: { reason: 'exit', code: 1 }, stderr: 'no data\n' });
  });

  it('lets input() read stdin, line by line, to its end', async () => {
    const code = 'print(input() + input())\ntry:\n    input()\nexcept EOFError:\n    print("end")';
    expect((await service.run(code, { stdin: 'a\nb\n' })).stdout).toBe('ab\nend\n');
  });

  it('gives an end of file at once without stdin', async () => {
    expect((await service.run('import sys\nprint(repr(sys.stdin.read()))')).stdout).toBe("''\n");
  });

  it('places bytes on file descriptors 1 and 2, with what is no UTF-8 replaced', async () => {
    const execution = await service.run('import os\nos.write(1, b"raw\\xff\\n")\nos.write(2, b"err\\n")');
    expect(execution).toMatchObject({ stdout: 'raw\ufffd\n', stderr: 'err\n', status: 'completed' });
  });

  it('brings NUL, escape sequences and markup through as text', async () => {
    const execution = await service.run('print("\\x00\\x1b[31m</script>\\u202e")');
    expect(execution.stdout).toBe('\u0000\u001b[31m</script>\u202e\n');
  });

  it('does not keep variables from one block to the next', async () => {
    await service.run('leftover = 1');
    expect(errorOf(await service.run('leftover'))?.name).toBe('NameError');
  });

  it('never repeats random numbers between the runs of one sandbox', async () => {
    const code =
      'import random, uuid, secrets\nimport numpy as np\n[random.random(), np.random.rand(), uuid.uuid4().hex, secrets.token_hex(4)]';
    const first = resultOf(await service.run(code))['text/plain'];
    expect(resultOf(await service.run(code))['text/plain']).not.toBe(first);
  });

  it('tells what it used', async () => {
    const { usage, created_at, started_at, finished_at } = await service.run('sum(range(3_000_000))');
    expect(usage?.cpu_ms).toBeGreaterThan(5);
    expect(usage?.wall_ms).toBeGreaterThan(5);
    expect(usage?.memory_peak_bytes).toBeGreaterThan(1_000_000);
    expect(Date.parse(created_at)).toBeLessThanOrEqual(Date.parse(started_at ?? ''));
    expect(Date.parse(started_at ?? '')).toBeLessThanOrEqual(Date.parse(finished_at ?? ''));
  });

  it('lists the packages that can be imported, with the interpreter’s version', async () => {
    const { body } = await service.call('/v1/packages');
    const { python, packages } = body as { python: string; packages: { name: string; version: string }[] };
    expect(python).toMatch(/^3\.13\./);
    const names = packages.map(({ name }) => name.toLowerCase());
    expect(names).toEqual(expect.arrayContaining(['numpy', 'pandas', 'scipy', 'matplotlib', 'sympy', 'statsmodels']));
  });
});
