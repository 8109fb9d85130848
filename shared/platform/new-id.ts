/** Makes ids: prefix, underscore, random base-36 characters. */
import { randomInt } from 'node:crypto';
import { ID_RANDOM_CHARACTERS } from '../contracts/ids.ts';

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

export type IdPrefix = 'exec' | 'org' | 'key' | 'acct' | 'file' | 'hook' | 'asst' | 'resp' | 'ci' | 'msg';

/** A new id such as `exec_4s0kq7n2m9x1c5v8b3z6`; parse it with its contract to brand it. */
export function newId(prefix: IdPrefix): string {
  const characters = Array.from({ length: ID_RANDOM_CHARACTERS }, () => ALPHABET.charAt(randomInt(ALPHABET.length)));
  return `${prefix}_${characters.join('')}`;
}
