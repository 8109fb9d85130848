/** A URL that results may be posted to, as far as its form tells; where it leads is seen when it is used. Pure. */
import { z } from 'zod';
import { WEBHOOK_URL_CHARACTERS_MAX } from './limits.ts';

/** Parsers drop some of these without a word: what is stored is to be what is used. */
const NOT_IN_URLS = /[\p{Cc}\p{Zs}\p{Zl}\p{Zp}\\]/u;

export const WebhookUrl = z
  .string()
  .max(WEBHOOK_URL_CHARACTERS_MAX)
  .refine((text) => text.isWellFormed() && !NOT_IN_URLS.test(text), {
    error: 'must not contain spaces, control characters or backslashes',
    abort: true,
  })
  .refine((text) => /^https?:\/\/[^/?#]/i.test(text) && URL.canParse(text), {
    error: 'must be a URL that begins with https:// or http://',
    abort: true,
  })
  .refine((text) => !hasCredentials(new URL(text)), { error: 'must not contain a user name or a password' });

function hasCredentials({ username, password }: URL): boolean {
  return username !== '' || password !== '';
}
