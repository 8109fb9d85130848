import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createFileCache, type HeldContent } from '../../../../worker/files/file-cache.ts';
import type { StoredFile } from '../../../../worker/files/stored-file.ts';

const never = new AbortController().signal;
const [A, B] = ['org_a', 'org_b'];

/** Stands in for files on the disk: told of every fetch and every close. */
function stage(limits: Partial<{ bytesMax: number; entriesMax: number }> = {}) {
  const fetched: string[] = [];
  const open = new Set<string>();
  const outcomes: string[] = [];
  const state = { damaged: 0, fails: false, hangs: false, nowMs: 0 };
  const cache = createFileCache(
    {
      async store({ sha256, sizeBytes }, signal): Promise<StoredFile> {
        fetched.push(sha256);
        const name = `${sha256}#${String(fetched.length)}`;
        if (state.hangs) {
          await new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              reject(new Error('abandoned'));
            });
          });
        }
        await Promise.resolve();
        if (state.fails) throw new Error('away');
        open.add(name);
        return {
          sizeBytes,
          isWhole: async () => (state.damaged -= 1) < 0,
          chunks: async function* () {
            yield Buffer.from(name);
          },
          close: async () => void open.delete(name),
        };
      },
      onOutcome: (outcome) => outcomes.push(outcome),
      nowMs: () => state.nowMs,
    },
    { bytesMax: 100, entriesMax: 100, idleMsMax: 1_000, ...limits },
  );
  const hold = (organizationId: string, sha256: string, sizeBytes = 10, signal = never) =>
    cache.hold({ organizationId, sha256, sizeBytes, source: { kind: 'directory', key: sha256 } }, signal);
  return { cache, hold, fetched, open, outcomes, state };
}

describe('file cache: keeping', () => {
  it('fetches a content once', async () => {
    const { hold, fetched, outcomes } = stage();
    for (let time = 0; time < 3; time += 1) (await hold(A, 'x')).release();
    expect(fetched).toEqual(['x']);
    expect(outcomes).toEqual(['fetched', 'kept', 'kept']);
  });

  it('fetches it once for all who want it at the same time', async () => {
    const { hold, fetched } = stage();
    const held = await Promise.all([hold(A, 'x'), hold(A, 'x'), hold(A, 'x')]);
    expect(fetched).toEqual(['x']);
    for (const content of held) content.release();
  });

  it('fetches for each organization by itself: a start tells nobody what another has', async () => {
    const { hold, fetched, outcomes } = stage();
    (await hold(A, 'x')).release();
    (await hold(B, 'x')).release();
    expect(fetched).toEqual(['x', 'x']);
    expect(outcomes).toEqual(['fetched', 'fetched']);
  });

  it('lets the least recently used go first', async () => {
    const { hold, fetched } = stage({ bytesMax: 20 });
    for (const name of ['x', 'y', 'x', 'z', 'x', 'y']) (await hold(A, name)).release();
    expect(fetched).toEqual(['x', 'y', 'z', 'y']);
  });

  it('keeps no more contents than it may have open', async () => {
    const { hold, cache, open } = stage({ entriesMax: 2 });
    for (const name of ['x', 'y', 'z']) (await hold(A, name, 0)).release();
    expect(cache.count().entries).toBe(2);
    expect(open.size).toBe(2);
  });

  it('keeps nothing where it may keep nothing', async () => {
    const { hold, open } = stage({ bytesMax: 0 });
    (await hold(A, 'x')).release();
    await Promise.resolve();
    expect(open.size).toBe(0);
  });

  it('lets go of what nobody needed for long, and of nothing else', async () => {
    const { hold, cache, open, state } = stage();
    const held = await hold(A, 'held');
    (await hold(A, 'old')).release();
    state.nowMs = 500;
    (await hold(A, 'newer')).release();
    state.nowMs = 999;
    cache.sweep();
    expect(cache.count().entries).toBe(3);
    state.nowMs = 1_000;
    cache.sweep();
    await Promise.resolve();
    expect([...open]).toEqual(['held#1', 'newer#3']);
    held.release();
  });

  it('never closes what is in use, and counts exactly what is open', async () => {
    const step = fc.record({ name: fc.constantFrom('u', 'v', 'w', 'x'), size: fc.constant(40), keep: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { hold, cache, open } = stage();
        const held: HeldContent[] = [];
        for (const { name, size, keep } of steps) {
          const content = await hold(A, name, size);
          if (keep) held.push(content);
          else content.release();
          for (const inUse of held) {
            for await (const chunk of inUse.chunks()) expect(open.has(chunk.toString())).toBe(true);
          }
        }
        for (const content of held) content.release();
        await Promise.resolve();
        expect(cache.count().bytes).toBe(open.size * 40);
        expect(cache.count().bytes).toBeLessThanOrEqual(100);
      }),
    );
  });
});

describe('file cache: failures', () => {
  it('forgets a fetch that failed', async () => {
    const { hold, state, cache, fetched, outcomes } = stage();
    state.fails = true;
    await expect(hold(A, 'x')).rejects.toThrow('away');
    expect(cache.count()).toEqual({ entries: 0, bytes: 0 });
    state.fails = false;
    (await hold(A, 'x')).release();
    expect(fetched).toHaveLength(2);
    expect(outcomes).toEqual(['failed', 'fetched']);
  });

  it('ends a fetch that nobody waits for any more', async () => {
    const { hold, state, cache } = stage();
    state.hangs = true;
    const leaves = new AbortController();
    const first = hold(A, 'x', 10, leaves.signal);
    leaves.abort(new Error('left'));
    await expect(first).rejects.toThrow('left');
    expect(cache.count()).toEqual({ entries: 0, bytes: 0 });
  });

  it('goes on for those who still wait', async () => {
    const { hold, fetched } = stage();
    const leaves = new AbortController();
    const first = hold(A, 'x', 10, leaves.signal);
    const second = hold(A, 'x');
    leaves.abort(new Error('left'));
    await expect(first).rejects.toThrow('left');
    (await second).release();
    expect(fetched).toEqual(['x']);
  });

  it('fetches anew what is not whole any more', async () => {
    const { hold, state, fetched, open } = stage();
    (await hold(A, 'x')).release();
    state.damaged = 1;
    (await hold(A, 'x')).release();
    expect(fetched).toEqual(['x', 'x']);
    expect(open.size).toBe(1);
  });

  it('lets go of everything at the end', async () => {
    const { hold, cache, open } = stage();
    (await hold(A, 'x')).release();
    cache.close();
    await Promise.resolve();
    expect(open.size).toBe(0);
  });
});
