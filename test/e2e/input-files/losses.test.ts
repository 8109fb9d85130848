/** Files on workers that die, and contents that are lost. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FILE_BYTES_MAX } from '../../../shared/contracts/limits.ts';
import { given } from '../../helpers/given-files.ts';
import { startService, type Service } from '../../helpers/service.ts';

const CASE_MS = 90_000;

let service: Service;
beforeAll(async () => {
  service = await startService({ slots: 1, workers: 2, workerEnv: { WORKER_FILE_CACHE_BYTES: '0' } });
}, 120_000);
afterAll(() => service.stop(), 60_000);

/** Where the content of the only file of its size lies. */
function contentOf(sizeBytes: number): string {
  const directory = join(service.filesDirectory, service.tenant.id);
  const names = readdirSync(directory).map((name) => join(directory, name));
  const found = names.find((path) => readFileSync(path).length === sizeBytes);
  if (found === undefined) throw new Error('there is no such content');
  return found;
}

/** What the workers' logs say of the files of an execution. */
const toldOf = (executionId: string) =>
  service.workers
    .flatMap((worker) => worker.lines)
    .filter((line) => line.includes('files of an execution cannot be had') && line.includes(executionId));

describe('input files: losses', () => {
  it.each([
    [
      'is damaged',
      (path: string) => {
        const content = readFileSync(path);
        content[1] = 0;
        writeFileSync(path, content);
      },
      'damaged',
    ],
    [
      'is gone',
      (path: string) => {
        rmSync(path);
      },
      'could not open',
    ],
  ])(
    'a content that %s ends the execution after one more try, and operators are told',
    async (_name, harm, told) => {
      const content = randomBytes(1_000 + told.length);
      const file = await given(service, content, { name: 'a.bin' });
      harm(contentOf(content.length));
      const { id, exit, attempt } = await service.run('print(1)', { files: [file] });
      expect({ reason: exit?.reason, attempt }).toEqual({ reason: 'sandbox_lost', attempt: 2 });
      expect(toldOf(id)).toEqual([expect.stringContaining(told), expect.stringContaining(told)]);
    },
    CASE_MS,
  );

  it(
    'a worker that dies while it puts files: the code runs elsewhere, with them',
    async () => {
      const file = await given(service, randomBytes(FILE_BYTES_MAX), { name: 'large.bin' });
      const code = 'import os; print(os.path.getsize("large.bin"))';
      const { body } = await service.call('/v1/executions', { body: { code, files: [file] } });
      (await service.busyWorker()).signal('SIGKILL');
      const ended = await service.reaches((body as { id: string }).id, 'completed', 'failed');
      expect({ stdout: ended.stdout, attempt: ended.attempt }).toEqual({
        stdout: `${String(FILE_BYTES_MAX)}\n`,
        attempt: 2,
      });
    },
    CASE_MS,
  );
});
