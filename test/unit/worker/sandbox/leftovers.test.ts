import { describe, expect, it } from '@jest/globals';
import { createLeftovers } from '../../../../worker/sandbox/leftovers.ts';

type Options = { readonly live: string[]; readonly inUse?: string[]; readonly nowMs?: number };

function setUp({ live, inUse = [], nowMs = 0 }: Options) {
  const containers = new Map([
    ['mine', 'worker-me'],
    ['of-a', 'worker-a'],
    ['of-b', 'worker-b'],
  ]);
  const labelsOf = (worker: string): Record<string, string> => ({
    'code-interpreter.deployment': 'd',
    'code-interpreter.worker': worker,
    'code-interpreter.created-at': new Date(0).toISOString(),
  });
  const leftovers = createLeftovers({
    docker: {
      listByLabel: async (name, value) =>
        [...containers]
          .map(([id, worker]) => ({ id, labels: labelsOf(worker) }))
          .filter(({ labels }) => labels[name] === value),
      remove: async (id) => void containers.delete(id),
    },
    deployment: 'd',
    workerId: 'worker-me',
    isInUse: (id) => inUse.includes(id),
    liveWorkers: async () => live,
    now: () => nowMs,
    report: () => undefined,
  });
  return { leftovers, left: () => [...containers.keys()] };
}

describe('leftovers', () => {
  it('removes containers whose worker was dead at two sweeps, and only those', async () => {
    const { leftovers, left } = setUp({ live: ['worker-a'] });
    await leftovers.sweep();
    expect(left()).toEqual(['mine', 'of-a', 'of-b']);
    await leftovers.sweep();
    expect(left()).toEqual(['mine', 'of-a']);
  });

  it('keeps the containers of a worker that was only slow to beat', async () => {
    const live = ['worker-a'];
    const { leftovers, left } = setUp({ live });
    await leftovers.sweep();
    live.push('worker-b');
    await leftovers.sweep();
    live.pop();
    await leftovers.sweep();
    expect(left()).toEqual(['mine', 'of-a', 'of-b']);
  });

  it('removes one of its own that it forgot, once the engine cannot be making it any more', async () => {
    const young = setUp({ live: ['worker-a', 'worker-b'], nowMs: 30_000 });
    await young.leftovers.sweep();
    expect(young.left()).toContain('mine');
    const old = setUp({ live: ['worker-a', 'worker-b'], nowMs: 30_001 });
    await old.leftovers.sweep();
    expect(old.left()).toEqual(['of-a', 'of-b']);
  });

  it('keeps one of its own that is in use, however old', async () => {
    const { leftovers, left } = setUp({ live: ['worker-a', 'worker-b'], inUse: ['mine'], nowMs: 1e9 });
    await leftovers.sweep();
    expect(left()).toContain('mine');
  });

  it('removes all of its own at the end', async () => {
    const { leftovers, left } = setUp({ live: [], inUse: ['mine'] });
    await leftovers.removeOwn();
    expect(left()).toEqual(['of-a', 'of-b']);
  });
});
