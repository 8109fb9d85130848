/** Names that people give to things. */
import { z } from 'zod';
import { storableText } from './text.ts';

/** Bytes of the longest character in UTF-8. */
const CHARACTER_BYTES_MAX = 4;

/** One line without control characters, and not only blanks. */
export function nameText(charactersMax: number) {
  return z
    .string()
    .min(1)
    .max(charactersMax)
    .pipe(storableText(charactersMax * CHARACTER_BYTES_MAX))
    .refine((text) => !/[\p{Cc}\u2028\u2029]/u.test(text), { error: 'must not contain control characters' })
    .refine((text) => text.trim() !== '', { error: 'must not be blank' });
}
