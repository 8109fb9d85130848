/** Something that takes hostile bytes, as a property that has to hold for all of them. */
import type fc from 'fast-check';

export type Target = {
  readonly name: string;
  readonly property: fc.IRawProperty<unknown, false> | fc.IRawProperty<unknown, true>;
};

export type FuzzedApi = { readonly url: string; readonly key: string };

export const EXECUTIONS = '/v1/executions';
/** Longer than any answer takes, shorter than the api waits for the rest of a head. */
export const ANSWER_MS = 8_000;

/** A case costs milliseconds: one that takes so long grows with its input in a way that it must not. */
const CASE_MS_MAX = 5_000;

export async function timely<T>(work: () => T | Promise<T>): Promise<T> {
  const startedMs = performance.now();
  const result = await work();
  const tookMs = performance.now() - startedMs;
  if (tookMs > CASE_MS_MAX) throw new Error(`a case took ${tookMs.toFixed(0)} ms`);
  return result;
}
