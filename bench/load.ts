/** A closed loop of clients: each sends its next request when its last one was answered. */
import { summarize, type Summary } from './percentiles.ts';

export type LoadOptions = {
  readonly clients: number;
  readonly count: number;
  /** One request, from its sending to what is measured; gives the milliseconds, throws when anything is wrong. */
  readonly once: () => Promise<number>;
  readonly now?: () => number;
};

export type Load = Summary & { readonly failures: readonly string[] };

/** Never rejects: what fails is counted and told. */
export async function drive({ clients, count, once, now = () => performance.now() }: LoadOptions): Promise<Load> {
  const durationsMs: number[] = [];
  const failures: string[] = [];
  let left = count;
  const client = async () => {
    while (left > 0) {
      left -= 1;
      try {
        durationsMs.push(await once());
      } catch (error) {
        failures.push(String(error));
      }
    }
  };
  const startedMs = now();
  await Promise.all(Array.from({ length: clients }, client));
  return { ...summarize(durationsMs, now() - startedMs), failures };
}
