/** Numbers that look random and follow from a seed alone. Pure. */

/** mulberry32: in [0, 1); the same seed gives the same sequence on every machine. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export type Random = ReturnType<typeof createRandom>;

/** @param pick in [0, 1) */
export function pickFrom<T>(values: readonly T[], pick: number): T | undefined {
  return values[Math.floor(pick * values.length)];
}

export function between(random: Random, min: number, max: number): number {
  return Math.round(min + random() * (max - min));
}
