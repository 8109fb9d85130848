/** Lets a few pieces of work go on at a time; the others wait in the order they came. */

export function createTurns(max: number) {
  const waiting: (() => void)[] = [];
  let taken = 0;

  return async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (taken < max) taken += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve)); // whoever ends hands its turn on
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) taken -= 1;
      else next();
    }
  };
}
