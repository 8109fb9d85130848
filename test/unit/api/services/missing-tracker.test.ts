import { describe, expect, it } from '@jest/globals';
import { createMissingTracker } from '../../../../api/services/missing-tracker.ts';

describe('missing tracker', () => {
  it('tells of what was missing in every observation for long enough, once, and again after as long', () => {
    const tracker = createMissingTracker(2_000);
    expect(tracker.observe(['a'], 0)).toEqual([]);
    expect(tracker.observe(['a', 'b'], 1_999)).toEqual([]);
    expect(tracker.observe(['a', 'b'], 2_000)).toEqual(['a']);
    expect(tracker.observe(['a', 'b'], 3_999)).toEqual(['b']);
    expect(tracker.observe(['a', 'b'], 4_000)).toEqual(['a']);
  });

  it('begins anew for what was seen in between', () => {
    const tracker = createMissingTracker(2_000);
    tracker.observe(['a'], 0);
    tracker.observe([], 1_000);
    expect(tracker.observe(['a'], 2_500)).toEqual([]);
    expect(tracker.observe(['a'], 4_500)).toEqual(['a']);
  });
});
