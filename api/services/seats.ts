/** Counts what this process has under way of one kind, up to a bound. Pure. */

export function createSeats(max: number) {
  let taken = 0;
  return {
    /** @returns what gives the seat back, however often it is called; undefined when there is none */
    enter(): (() => void) | undefined {
      if (taken >= max) return undefined;
      taken += 1;
      let isInside = true;
      return () => {
        if (isInside) taken -= 1;
        isInside = false;
      };
    },
    /** Seats taken. */
    size: () => taken,
  };
}
