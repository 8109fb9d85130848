import { describe, expect, it } from '@jest/globals';
import { createLeftovers } from '../../../../worker/sandbox/leftovers.ts';

function setUp(live: string[]) {
  const containers = new Map([
    ['of-a', 'worker-a'],
    ['of-b', 'worker-b'],
  ]);
  const leftovers = createLeftovers({
    docker: {
      listByLabel: async () =>
        [...containers].map(([id, worker]) => ({ id, labels: { 'code-interpreter.worker': worker } })),
      remove: async (id) => void containers.delete(id),
    },
    deployment: 'd',
    liveWorkers: async () => live,
    report: () => undefined,
  });
  return { leftovers, left: () => [...containers.keys()] };
}

describe('leftovers', () => {
  it('removes containers whose worker was dead at two sweeps, and only those', async () => {
    const { leftovers, left } = setUp(['worker-a']);
    await leftovers.sweep();
    expect(left()).toEqual(['of-a', 'of-b']);
    await leftovers.sweep();
    expect(left()).toEqual(['of-a']);
  });

  it('keeps the containers of a worker that was only slow to beat', async () => {
    const live = ['worker-a'];
    const { leftovers, left } = setUp(live);
    await leftovers.sweep();
    live.push('worker-b');
    await leftovers.sweep();
    live.pop();
    await leftovers.sweep();
    expect(left()).toEqual(['of-a', 'of-b']);
  });
});
