/** Files in their sandbox: how much fits, what it costs, and that nothing of them stays. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FILE_BYTES_MAX, INPUT_FILES_COUNT_MAX } from '../../../shared/contracts/limits.ts';
import { SANDBOX_RUNTIME } from '../../helpers/engine.ts';
import { given, type Given } from '../../helpers/given-files.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startService, type Service } from '../../helpers/service.ts';
import { WHICH_SANDBOX } from '../attacks/runner-processes.ts';

const MIB = 1024 * 1024;
const CASE_MS = 60_000;
const LIST = 'import os; print(sorted(os.listdir("/mnt/data")))';
let service: Service;
let large: Given;
beforeAll(async () => {
  service = await startService({ slots: 1 });
  large = await given(service, randomBytes(FILE_BYTES_MAX), { name: 'large.bin' });
}, 120_000);
afterAll(() => service.stop(), 60_000);

/** What gVisor takes of a sandbox's memory for itself. */
const OWN_MIB = SANDBOX_RUNTIME === 'runsc' ? 110 : 0;
const fill = (mib: number) => `print(len(bytearray(b"x") * (${String(mib)} * 2**20)))`;
const afterFirstLine = (text: string) => text.slice(text.indexOf('\n') + 1);

/** Most memory that a process had at a time, in MiB. */
function peakMib(pid: number): number {
  const [, kib] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(pid)}/status`, 'latin1')) ?? [];
  return Number(kib) / 1024;
}

describe('input files: limits', () => {
  it(
    'are the most files of the most bytes',
    async () => {
      const other = await given(service, randomBytes(FILE_BYTES_MAX - (INPUT_FILES_COUNT_MAX - 2)), { name: 'other' });
      const byte = await given(service, 'x', { name: 'byte' });
      const small = Array.from({ length: INPUT_FILES_COUNT_MAX - 2 }, (_, at) => ({ ...byte, name: String(at) }));
      const files = [large, other, ...small];
      const code = 'import os; print(len(os.listdir()), sum(os.path.getsize(name) for name in os.listdir()))';
      const { stdout } = await service.run(code, { files });
      expect(stdout).toBe(`${String(INPUT_FILES_COUNT_MAX)} ${String(200 * MIB)}\n`);
    },
    CASE_MS,
  );

  it(
    'leave code the memory that it has without them, and give back what they took',
    async () => {
      const files = [large, { ...large, name: 'again.bin' }];
      const full = await service.run(`${fill(400 - OWN_MIB)}\n${WHICH_SANDBOX}`, { files, timeout_ms: 10_000 });
      expect(full.exit?.reason).toBe('ok');
      const after = await service.run(`${WHICH_SANDBOX}\n${fill(560)}`);
      expect(after.exit?.reason).toBe('out_of_memory');
      // Under gVisor the first had a larger container of its own.
      if (SANDBOX_RUNTIME === 'runc') expect(after.stdout).toBe(afterFirstLine(full.stdout));
    },
    CASE_MS,
  );

  it(
    'do not pass through the worker’s memory as a whole, and the time they take does not count',
    async () => {
      const [worker] = service.workers;
      const before = peakMib(worker?.pid ?? 0);
      const { exit, usage } = await service.run('1', { files: [large], timeout_ms: 100 });
      expect(exit?.reason).toBe('ok');
      expect(usage?.start_ms).toBeGreaterThan(usage?.wall_ms ?? Infinity);
      expect(peakMib(worker?.pid ?? 0) - before).toBeLessThan(64);
    },
    CASE_MS,
  );

  it(
    'leave it to code in a sandbox of another size too',
    async () => {
      const fields = { files: [large, { ...large, name: 'again.bin' }], memory_mb: 1_024, timeout_ms: 10_000 };
      expect((await service.run(fill(900 - OWN_MIB), fields)).exit?.reason).toBe('ok');
    },
    CASE_MS,
  );
});

describe('input files: what stays', () => {
  it('is nothing, for the next run of the same sandbox', async () => {
    const file = await given(service, 'x', { name: 'mine.txt' });
    const first = await service.run(`${LIST}\n${WHICH_SANDBOX}`, { files: [file] });
    const second = await service.run(`${LIST}\n${WHICH_SANDBOX}`);
    expect([first, second].map(({ stdout }) => stdout.split('\n')[0])).toEqual(["['mine.txt']", '[]']);
    expect(afterFirstLine(second.stdout)).toBe(afterFirstLine(first.stdout));
  });

  it('is nothing of what another run had under the same name', async () => {
    const [one, two] = [await given(service, 'longer', { name: 'a' }), await given(service, 'two', { name: 'a' })];
    for (const [file, content] of [
      [one, 'longer'],
      [two, 'two'],
    ] as const) {
      expect((await service.run('print(open("a").read())', { files: [file] })).stdout).toBe(`${content}\n`);
    }
  });

  it('is nothing when the run is cancelled while files are put', async () => {
    // On a busy machine the run may be over before anybody sees that it was taken: then once more.
    const isCaught = async () => {
      const accepted = await service.call('/v1/executions', { body: { code: LIST, files: [large] } });
      const { id } = accepted.body as { id: string };
      await Promise.race([service.busyWorker(), service.reaches(id, 'completed')]);
      await service.call(`/v1/executions/${id}/cancel`, { method: 'POST' });
      return (await service.reaches(id, 'cancelled', 'completed')).status === 'cancelled';
    };
    await eventually(isCaught, { timeoutMs: 60_000 });
    expect((await service.run(LIST)).stdout).toBe('[]\n');
  }, 120_000);

  it('is the file, for an execution that waits, after its deletion', async () => {
    const file = await given(service, 'still here', { name: 'gone.txt' });
    const { body: busy } = await service.call('/v1/executions', { body: { code: 'import time; time.sleep(20)' } });
    await service.reaches((busy as { id: string }).id, 'running');
    const code = 'print(open("gone.txt").read())';
    const { body: waiting } = await service.call('/v1/executions', { body: { code, files: [file] } });
    expect((await service.call(`/v1/files/${file.file_id}`, { method: 'DELETE' })).status).toBe(200);
    await service.call(`/v1/executions/${(busy as { id: string }).id}/cancel`, { method: 'POST' });
    const ended = await service.reaches((waiting as { id: string }).id, 'completed', 'failed');
    expect(ended.stdout).toBe('still here\n');
  });
});
