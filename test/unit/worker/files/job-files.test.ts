import { describe, expect, it } from '@jest/globals';
import { ExecutionJob } from '../../../../shared/contracts/job.ts';
import { createJobFiles, FilesUnavailable } from '../../../../worker/files/job-files.ts';

const never = new AbortController().signal;
const ORGANIZATION = `org_${'a'.repeat(20)}`;
const DIGESTS = { one: '1'.repeat(64), two: '2'.repeat(64) };

const fileOf = (name: string, sha256: string) => ({
  name,
  sha256,
  size_bytes: 3,
  source: { kind: 'directory', key: `${ORGANIZATION}/${sha256}` },
});

const jobWith = (files?: object[]) =>
  ExecutionJob.parse({
    version: files === undefined ? 1 : 2,
    execution_id: `exec_${'a'.repeat(20)}`,
    organization_id: ORGANIZATION,
    generation: 1,
    code: 'x',
    stdin: '',
    timeout_ms: 1,
    memory_mb: 512,
    isolation: 'organization',
    created_at_ms: 0,
    ...(files !== undefined && { files }),
  });

function stage(failing: string[] = []) {
  const held: string[] = [];
  const files = createJobFiles({
    cache: {
      async hold({ sha256 }, signal) {
        if (failing.includes(sha256)) throw new Error('missing');
        await new Promise(setImmediate);
        signal.throwIfAborted();
        held.push(sha256);
        return {
          chunks: async function* () {
            yield Buffer.from(sha256.slice(0, 3));
          },
          release: () => void held.splice(held.indexOf(sha256), 1),
        };
      },
    },
  });
  return { files, held };
}

describe('job files', () => {
  it('has nothing to do for a job without files', async () => {
    const { files } = stage();
    expect((await files.hold(jobWith(), never)).files).toEqual([]);
  });

  it('gives each file its own content and name, one content under two names as well', async () => {
    const { files, held } = stage();
    const asked = [fileOf('a', DIGESTS.one), fileOf('b', DIGESTS.two), fileOf('c', DIGESTS.one)];
    const holding = await files.hold(jobWith(asked), never);
    const seen: string[] = [];
    for (const { name, chunks } of holding.files)
      for await (const chunk of chunks()) seen.push(`${name} ${String(chunk)}`);
    expect(seen).toEqual(['a 111', 'b 222', 'c 111']);
    holding.release();
    expect(held).toEqual([]);
  });

  it('holds none when one cannot be had', async () => {
    const { files, held } = stage([DIGESTS.two]);
    const asked = [fileOf('a', DIGESTS.one), fileOf('b', DIGESTS.two)];
    await expect(files.hold(jobWith(asked), never)).rejects.toThrow(FilesUnavailable);
    expect(held).toEqual([]);
  });

  it('ends for the reason of who gave up waiting', async () => {
    const { files, held } = stage();
    const cancelled = new AbortController();
    const holding = files.hold(jobWith([fileOf('a', DIGESTS.one)]), cancelled.signal);
    cancelled.abort(new Error('cancelled'));
    await expect(holding).rejects.toThrow('cancelled');
    expect(held).toEqual([]);
  });
});
