import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseSettings, settingsText } from '../../../shared/queue/fair-index-settings.ts';

const settings = fc.record({
  weight: fc.double({ min: 0.01, max: 100, noNaN: true }),
  cap: fc.option(fc.integer({ min: 1, max: 1_000_000_000 })),
  paused: fc.boolean(),
  version: fc.integer({ min: 1, max: 2_147_483_647 }),
});

describe('fair index: settings as text', () => {
  it('say the same when they are read again', () => {
    fc.assert(
      fc.property(settings, (set) => {
        expect(parseSettings(settingsText(set))).toEqual(set);
      }),
    );
  });

  it('are those that are stored nowhere where nothing was set', () => {
    expect(settingsText({ weight: 1, cap: null, paused: false, version: 1 })).toBe('1||0|1');
  });

  it('are refused when they are none', () => {
    expect(() => parseSettings('1|2')).toThrow('not settings');
  });
});
