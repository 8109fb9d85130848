import { describe, expect, it } from '@jest/globals';
import { startImageWatch } from '../../../../worker/jobs/image-watch.ts';

async function changesSeen(used: string, current: () => Promise<string>): Promise<number> {
  let changes = 0;
  const watch = startImageWatch({ currentId: current, usedId: () => used, onChange: () => (changes += 1) });
  watch.stop();
  await watch.look();
  return changes;
}

describe('image watch', () => {
  it('tells of another image', async () => {
    expect(await changesSeen('old', async () => 'new')).toBe(1);
  });

  it('tells nothing while the image is the same, before the first sandbox, and while the engine is away', async () => {
    expect(await changesSeen('same', async () => 'same')).toBe(0);
    expect(await changesSeen('', async () => 'new')).toBe(0);
    expect(await changesSeen('old', async () => Promise.reject(new Error('away')))).toBe(0);
  });
});
