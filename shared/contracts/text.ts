/** Text that every part of the service can hold: PostgreSQL refuses NUL, UTF-8 has no lone surrogates. */
import { z } from 'zod';

const encoder = new TextEncoder();

/** A string of at most `bytesMax` bytes of UTF-8 without NUL and lone surrogates. */
export function storableText(bytesMax: number) {
  return z
    .string()
    .refine((text) => encoder.encode(text).length <= bytesMax, {
      error: `must be at most ${String(bytesMax)} bytes of UTF-8`,
      params: { tooLarge: true },
    })
    .refine((text) => !text.includes('\u0000'), { error: 'must not contain NUL characters' })
    .refine((text) => text.isWellFormed(), { error: 'must not contain lone surrogates' });
}
