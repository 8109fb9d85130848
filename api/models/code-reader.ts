/** The code in the arguments of a call, while they are still being written. */
import { parsePartialJson } from 'ai';
import { CODE_BYTES_MAX } from '../../shared/contracts/limits.ts';

/** Of the text so far: looked at anew only when it has grown by this much, so that long code costs no square of time. */
const GROWTH_SHARE = 1 / 64;

/** Finds the code in the argument text of a call while that is still being written. */
export function createCodeReader() {
  let json = '';
  let unread = 0;
  let told = '';
  return {
    /** @returns what of the code is new */
    async read(delta: string): Promise<string> {
      json += delta;
      unread += delta.length;
      if (json.length > CODE_BYTES_MAX * 2 || unread < json.length * GROWTH_SHARE) return '';
      unread = 0;
      const { value } = await parsePartialJson(json);
      const code = codeIn(value);
      if (code === undefined || !code.startsWith(told)) return '';
      // The last character may still be half of an escaped pair.
      const whole = /[\uD800-\uDBFF]$/.test(code) ? code.slice(0, -1) : code;
      const fresh = whole.slice(told.length);
      told += fresh;
      return fresh;
    },
  };
}

export type CodeReader = ReturnType<typeof createCodeReader>;

/** The code in the arguments of a call, if there is some. */
export function codeIn(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || !('code' in input)) return undefined;
  return typeof input.code === 'string' ? input.code : undefined;
}
