/** The limits as ordinary code meets them, and which sandbox it gets. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STDIN_BYTES_MAX, TEXT_BYTES_MAX } from '../../shared/contracts/limits.ts';
import { startService, type Service } from '../helpers/service.ts';
import { WHICH_SANDBOX } from './attacks/runner-processes.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
}, 120_000);
afterAll(() => service.stop(), 60_000);

describe('limits', () => {
  it('cuts text at its limit, says so, and lets the program go on', async () => {
    const execution = await service.run(`print("x" * ${String(TEXT_BYTES_MAX + 10)})\nimport sys\nsys.exit(5)`);
    expect(execution.stdout).toHaveLength(TEXT_BYTES_MAX);
    expect(execution).toMatchObject({
      truncated: { stdout: true, stderr: false, outputs: false },
      exit: { reason: 'exit', code: 5 },
    });
  });

  it('lets code read all of stdin at its limit, and takes no more', async () => {
    const code = 'import sys\nprint(len(sys.stdin.read()))';
    const stdin = 'x'.repeat(STDIN_BYTES_MAX);
    expect((await service.run(code, { stdin })).stdout).toBe(`${String(STDIN_BYTES_MAX)}\n`);
    expect((await service.call('/v1/executions', { body: { code, stdin: `${stdin}x` } })).status).toBe(413);
  });

  it('gives an execution the memory that it asks for, and not more', async () => {
    const code = 'x = b"x" * 700_000_000\nlen(x)';
    expect((await service.run(code, { memory_mb: 1_024, timeout_ms: 10_000 })).exit?.reason).toBe('ok');
    expect((await service.run(code, { memory_mb: 256, timeout_ms: 10_000 })).exit?.reason).toBe('out_of_memory');
  }, 60_000);

  it('ends at thirty seconds without being asked to', async () => {
    const execution = await service.run('import time\ntime.sleep(120)');
    expect(execution).toMatchObject({ timeout_ms: 30_000, exit: { reason: 'timed_out' } });
    expect(execution.usage?.wall_ms).toBeLessThan(32_000);
  }, 60_000);
});

describe('sandboxes of runs', () => {
  it('never serves two organizations from one sandbox', async () => {
    const other = await service.addTenant();
    const mine = await service.run(WHICH_SANDBOX);
    const again = await service.run(WHICH_SANDBOX);
    const theirs = await service.run(WHICH_SANDBOX, {}, other.key);
    expect(again.stdout).toBe(mine.stdout);
    expect(theirs.stdout).not.toBe(mine.stdout);
  }, 60_000);

  it('takes a new container for every fresh execution', async () => {
    const seen = [
      await service.run(WHICH_SANDBOX, { isolation: 'fresh' }),
      await service.run(WHICH_SANDBOX, { isolation: 'fresh' }),
      await service.run(WHICH_SANDBOX),
    ];
    expect(new Set(seen.map(({ stdout }) => stdout)).size).toBe(3);
    expect(seen[0]?.isolation).toBe('fresh');
  }, 60_000);
});
