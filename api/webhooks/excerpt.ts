/** What a receiver answered, as text that is safe to store and to show. Pure. */
import { WEBHOOK_EXCERPT_CHARACTERS_MAX } from '../../shared/contracts/limits.ts';

/** What moves the cursor, turns the direction of text, or stands for nothing; line ends and tabs are text. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

/**
 * @param encoding as `Content-Encoding` says: what is packed stays packed and is not shown
 * @returns null where there is nothing to show
 */
export function excerptOf(bytes: Buffer, encoding: string | undefined): string | null {
  if (bytes.length === 0 || (encoding !== undefined && encoding !== 'identity')) return null;
  const text = new TextDecoder().decode(bytes.subarray(0, WEBHOOK_EXCERPT_CHARACTERS_MAX * 4));
  const safe = text.replaceAll(UNSAFE, (character) => (/[\n\r\t]/.test(character) ? character : '\u{fffd}'));
  return [...safe].slice(0, WEBHOOK_EXCERPT_CHARACTERS_MAX).join('');
}
