/** The text of a run as UTF-8, up to its limit: pieces of a character each cost no more than one piece of all. */
import { TEXT_BYTES_MAX } from '../../shared/contracts/limits.ts';

const FIRST_BYTES = 4 * 1024;
/** Of a string's code units; a pair of surrogates has four in all. */
const UTF8_BYTES_PER_UNIT_MAX = 3;

/** The longest start of `text` that is at most `bytesMax` bytes of UTF-8, never half a character. */
export function cutToBytes(text: string, bytesMax: number): string {
  if (text.length * UTF8_BYTES_PER_UNIT_MAX <= bytesMax) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= bytesMax) return text;
  let end = Math.max(bytesMax, 0);
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}

export function createBoundedText() {
  let held = Buffer.alloc(0);
  let heldBytes = 0;
  // Set by the first cut: text after a gap would read as if nothing were missing.
  let full = false;

  function reserve(bytes: number): void {
    if (bytes <= held.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.min(TEXT_BYTES_MAX, Math.max(bytes, 2 * held.length, FIRST_BYTES)));
    held.copy(grown, 0, 0, heldBytes);
    held = grown;
  }

  return {
    /** Adds what there is room for; full from the first character on that there is none for. */
    add(text: string): void {
      const kept = full ? '' : cutToBytes(text, TEXT_BYTES_MAX - heldBytes);
      full ||= kept.length < text.length;
      reserve(heldBytes + Buffer.byteLength(kept));
      heldBytes += held.write(kept, heldBytes);
    },
    /** Takes nothing any more. */
    close(): void {
      full = true;
    },
    isFull: (): boolean => full,
    bytes: (): number => heldBytes,
    read: (from: number, to: number): string => held.toString('utf8', from, to),
  };
}
