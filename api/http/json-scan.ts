/** Looks at JSON before it is parsed, so that nothing is built from a body that is refused. Pure. */
const QUOTE = 0x22;
const COMMA = 0x2c;
const LIST = 0x5b;
const BACKSLASH = 0x5c;
const OBJECT = 0x7b;

/**
 * Whether the text surely holds more than `max` values. Parsed, it may still hold up to three times as many.
 * @param json in UTF-8; whether it is JSON at all is not asked
 */
export function hasMoreValues(json: Uint8Array, max: number): boolean {
  let commas = 0;
  let opened = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === QUOTE) at = endOfString(json, at);
    else if (byte === COMMA) commas += 1;
    else if (byte === LIST || byte === OBJECT) opened += 1;
    if (commas >= max || opened > max) return true;
  }
  return false;
}

function endOfString(json: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at;
}
