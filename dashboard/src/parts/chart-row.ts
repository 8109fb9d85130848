/** What a chart shows. Pure. */

/** One step of a chart: its label, the filters of its executions, and a value for each series; null where there is none. */
export type ChartRow = {
  readonly label: string;
  readonly link: string;
  readonly values: Readonly<Record<string, number | null>>;
};

/** The powers of ten from the one below all values to the one above; what is not above zero has no place among them. */
export function powersOfTen(values: readonly (number | null)[]): number[] {
  const powers = values.flatMap((value) => (value !== null && value > 0 ? [Math.log10(value)] : []));
  if (powers.length === 0) return [1, 10];
  const lowest = Math.floor(Math.min(...powers));
  const highest = Math.max(lowest + 1, Math.ceil(Math.max(...powers)));
  return Array.from({ length: highest - lowest + 1 }, (_, at) => 10 ** (lowest + at));
}
