import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRoomForFiles, extraMib, type FilesRequest } from '../../../../worker/pool/room-for-files.ts';
import { aSandbox } from '../../../helpers/fake-sandbox.ts';

const MIB = 1024 * 1024;
const STANDARD_MIB = 512;
const never = new AbortController().signal;
const request = (fileSizesBytes: number[], memoryMib = STANDARD_MIB): FilesRequest => ({
  organizationId: 'a',
  isolation: 'organization',
  memoryMib,
  fileSizesBytes,
});

function stage({ canSet = true, fails = [] as number[], takesFiles = true } = {}) {
  const started: number[] = [];
  const set: number[] = [];
  const released: boolean[] = [];
  const acquire = createRoomForFiles(
    {
      acquire: async ({ memoryMib }) => {
        started.push(memoryMib);
        const sandbox = aSandbox('s');
        return {
          sandbox: { ...sandbox, hello: { ...sandbox.hello, input_files: takesFiles } },
          release: (reusable) => void released.push(reusable),
        };
      },
      setMemory: canSet
        ? async (_id, memoryMib) => {
            set.push(memoryMib);
            if (fails.includes(set.length)) throw new Error('refused');
          }
        : undefined,
      report: () => undefined,
    },
    STANDARD_MIB,
  );
  return { acquire, started, set, released };
}

describe('room for files: how much', () => {
  it('is none for what every sandbox has room for', () => {
    expect(extraMib([])).toBe(0);
    expect(extraMib([16 * MIB])).toBe(0);
    expect(extraMib([16 * MIB + 1])).toBe(1);
  });

  it('covers the whole pages of all files', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 200 * MIB }), { maxLength: 20 });
    fc.assert(
      fc.property(sizes, (bytes) => {
        const pages = bytes.reduce((sum, size) => sum + Math.ceil(size / 4_096), 0);
        expect((extraMib(bytes) + 16) * MIB).toBeGreaterThanOrEqual(pages * 4_096);
      }),
    );
  });
});

describe('room for files: the sandbox', () => {
  it('is left alone for small files', async () => {
    const { acquire, started, set } = stage();
    await acquire(request([MIB]), never);
    expect([started, set]).toEqual([[STANDARD_MIB], []]);
  });

  it('has its limit raised for large ones, and lowered before it serves again', async () => {
    const { acquire, started, set, released } = stage();
    const lease = await acquire(request([100 * MIB]), never);
    expect([started, set]).toEqual([[STANDARD_MIB], [STANDARD_MIB + 84]]);
    await lease.release(true);
    expect([set.at(-1), released]).toEqual([STANDARD_MIB, [true]]);
  });

  it('is destroyed without a further call when it must be anyway', async () => {
    const { acquire, set, released } = stage();
    await (await acquire(request([100 * MIB]), never)).release(false);
    expect([set.length, released]).toEqual([1, [false]]);
  });

  it('is destroyed when its limit cannot be lowered', async () => {
    const { acquire, released } = stage({ fails: [2] });
    await (await acquire(request([100 * MIB]), never)).release(true);
    expect(released).toEqual([false]);
  });

  it('is destroyed when its limit cannot be raised', async () => {
    const { acquire, released } = stage({ fails: [1] });
    await expect(acquire(request([100 * MIB]), never)).rejects.toThrow('refused');
    expect(released).toEqual([false]);
  });

  it.each([
    ['where limits cannot be changed', false, STANDARD_MIB],
    ['when it serves one run anyway', true, 1_024],
  ])('is made larger %s', async (_name, canSet, memoryMib) => {
    const { acquire, started, set } = stage({ canSet });
    await acquire(request([100 * MIB], memoryMib), never);
    expect([started, set]).toEqual([[memoryMib + 84], []]);
  });

  it('is not used when its image is older than the worker', async () => {
    const { acquire, released } = stage({ takesFiles: false });
    await expect(acquire(request([1]), never)).rejects.toThrow('takes no files');
    await acquire(request([]), never);
    expect(released).toEqual([false]);
  });
});
