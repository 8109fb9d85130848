/**
 * Checks the JSON of a mime bundle while it arrives, byte by byte: a flat object of a few texts by media type. Nothing
 * of it is unpacked, so that no size and no content of a bundle can hold the worker up. Pure but for its own state.
 */

const MIME_TYPES_MAX = 16;
const MIME_NAME = /^[a-z]+\/[a-z0-9.+-]{1,80}$/;
const MIME_NAME_CHARACTERS_MAX = 128;
const BLANKS_MAX = 1_024;

const [QUOTE, BACKSLASH, COLON, COMMA, OPEN, CLOSE, LETTER_U] = [0x22, 0x5c, 0x3a, 0x2c, 0x7b, 0x7d, 0x75];
const BLANKS = new Set(Buffer.from(' \t\r\n'));
const ESCAPED = new Set(Buffer.from('"\\/bfnrt'));
/** Below it are the characters that JSON wants escaped. */
const FIRST_PLAIN = 0x20;

/** What the next byte may be: given that byte, what may follow it. */
type Step = (byte: number) => Step;

const refused: Step = () => refused;

export function createBundleScanner() {
  let scannedBytes = 0;
  let blanks = 0;
  let names = 0;
  let name = '';
  let unit = 0;
  let unitDigits = 0;
  let isAfterHighSurrogate = false;

  function blankOr(byte: number, here: Step): Step {
    blanks += 1;
    return BLANKS.has(byte) && blanks <= BLANKS_MAX ? here : refused;
  }

  const start: Step = (byte) => (byte === OPEN ? firstName : blankOr(byte, start));
  const firstName: Step = (byte) => (byte === CLOSE ? end : nextName(byte));
  const end: Step = (byte) => blankOr(byte, end);

  const nextName: Step = (byte) => {
    if (byte !== QUOTE) return blankOr(byte, names === 0 ? firstName : nextName);
    names += 1;
    name = '';
    return names <= MIME_TYPES_MAX ? inName : refused;
  };
  const inName: Step = (byte) => {
    if (byte === QUOTE) return MIME_NAME.test(name) ? colon : refused;
    name += String.fromCharCode(byte);
    return name.length <= MIME_NAME_CHARACTERS_MAX ? inName : refused;
  };
  const colon: Step = (byte) => (byte === COLON ? text : blankOr(byte, colon));

  const text: Step = (byte) => (byte === QUOTE ? inText : blankOr(byte, text));
  const inText: Step = (byte) => {
    if (byte === QUOTE) return afterText;
    if (byte === BACKSLASH) return escape;
    return byte >= FIRST_PLAIN ? inText : refused;
  };
  const afterText: Step = (byte) => {
    if (byte === COMMA) return nextName;
    return byte === CLOSE ? end : blankOr(byte, afterText);
  };

  const escape: Step = (byte) => (byte === LETTER_U ? openUnit() : ESCAPED.has(byte) ? inText : refused);
  const lowBackslash: Step = (byte) => (byte === BACKSLASH ? lowLetter : refused);
  const lowLetter: Step = (byte) => (byte === LETTER_U ? openUnit() : refused);

  function openUnit(): Step {
    unit = 0;
    unitDigits = 0;
    return inUnit;
  }
  const inUnit: Step = (byte) => {
    const digit = hexDigit(byte);
    if (digit === undefined) return refused;
    unit = unit * 16 + digit;
    unitDigits += 1;
    return unitDigits < 4 ? inUnit : afterUnit();
  };
  /** A lone surrogate is no text: UTF-8 cannot hold it. */
  function afterUnit(): Step {
    const isLow = unit >= 0xdc00 && unit <= 0xdfff;
    if (isLow !== isAfterHighSurrogate) return refused;
    isAfterHighSurrogate = unit >= 0xd800 && unit < 0xdc00;
    return isAfterHighSurrogate ? lowBackslash : inText;
  }

  let step = start;
  return {
    /** @param soFar the bundle from its beginning, longer each time; false as soon as it breaks the rules */
    scan(soFar: Buffer): boolean {
      for (let at = scannedBytes; at < soFar.length && step !== refused; at += 1) {
        if (step === inText) at = endOfPlain(soFar, at);
        const byte = soFar[at];
        if (byte !== undefined) step = step(byte);
      }
      scannedBytes = soFar.length;
      return step !== refused;
    },
    /** Whether what was scanned is a whole bundle. */
    isWhole: (): boolean => step === end,
  };
}

/** Where the plain characters of a text that begin at `at` end. */
function endOfPlain(bytes: Buffer, at: number): number {
  let end = at;
  while (end < bytes.length && isPlain(bytes[end] ?? 0)) end += 1;
  return end;
}

function isPlain(byte: number): boolean {
  return byte >= FIRST_PLAIN && byte !== QUOTE && byte !== BACKSLASH;
}

function hexDigit(byte: number): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : undefined;
}
