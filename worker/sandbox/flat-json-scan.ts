/**
 * Checks JSON that is a flat object of texts while it arrives, byte by byte. Nothing of it is unpacked, so that no size
 * and no content of it can hold the worker up. Pure but for its own state.
 */

const NAME_CHARACTERS_MAX = 128;
const BLANKS_MAX = 1_024;

const [QUOTE, BACKSLASH, COLON, COMMA, OPEN, CLOSE, LETTER_U] = [0x22, 0x5c, 0x3a, 0x2c, 0x7b, 0x7d, 0x75];
const BLANKS = new Set(Buffer.from(' \t\r\n'));
const ESCAPED = new Set(Buffer.from('"\\/bfnrt'));
/** Below it are the characters that JSON wants escaped. */
const FIRST_PLAIN = 0x20;

/** What a text may consist of. */
export type TextRule = {
  /** By byte: 1 for those that stand for themselves. */
  readonly plain: Uint8Array;
  readonly hasEscapes: boolean;
};

/** Any text that JSON can hold. */
export const ANY_TEXT: TextRule = {
  plain: plainBytes((byte) => byte >= FIRST_PLAIN && byte !== QUOTE && byte !== BACKSLASH),
  hasEscapes: true,
};

/** Nothing but these ASCII characters, as they are. */
export function onlyCharacters(characters: string): TextRule {
  return { plain: plainBytes((byte) => characters.includes(String.fromCharCode(byte))), hasEscapes: false };
}

/** Where a text stands, without its quotes: from the first byte up to the one behind the last. */
export type Span = { readonly from: number; readonly to: number };

/** What the next byte may be: given that byte, what may follow it. */
type Step = (byte: number) => Step;

const refused: Step = () => refused;

/** @param ruleOf what the text of a member may be, by the member's name; undefined refuses the member */
export function createFlatScanner(ruleOf: (name: string) => TextRule | undefined) {
  const spans = new Map<string, Span>();
  let scannedBytes = 0;
  let blanks = 0;
  let hasMembers = false;
  let name = '';
  let rule = ANY_TEXT;
  let textFrom = 0;
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
    if (byte !== QUOTE) return blankOr(byte, hasMembers ? nextName : firstName);
    hasMembers = true;
    name = '';
    return inName;
  };
  const inName: Step = (byte) => {
    if (byte === QUOTE) return endOfName();
    name += String.fromCharCode(byte);
    return name.length <= NAME_CHARACTERS_MAX ? inName : refused;
  };
  function endOfName(): Step {
    const found = ruleOf(name);
    rule = found ?? rule;
    return found === undefined ? refused : colon;
  }
  const colon: Step = (byte) => (byte === COLON ? text : blankOr(byte, colon));

  const text: Step = (byte) => (byte === QUOTE ? inText : blankOr(byte, text));
  const inText: Step = (byte) => {
    if (byte === QUOTE) return afterText;
    if (byte === BACKSLASH && rule.hasEscapes) return escape;
    return rule.plain[byte] === 1 ? inText : refused;
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
  function take(byte: number, at: number): void {
    const before = step;
    step = step(byte);
    if (before === text && step === inText) textFrom = at + 1;
    if (before === inText && step === afterText) spans.set(name, { from: textFrom, to: at });
  }

  return {
    /** @param soFar the object from its beginning, longer each time; false as soon as it breaks the rules */
    scan(soFar: Buffer): boolean {
      for (let at = scannedBytes; at < soFar.length && step !== refused; at += 1) {
        if (step === inText) at = endOfPlain(soFar, at, rule.plain);
        const byte = soFar[at];
        if (byte !== undefined) take(byte, at);
      }
      scannedBytes = soFar.length;
      return step !== refused;
    },
    /** Whether what was scanned is a whole object. */
    isWhole: (): boolean => step === end,
    /** Where the text of a member stands in what was scanned; of two with one name the last. */
    spanOf: (member: string): Span | undefined => spans.get(member),
  };
}

/** Where the plain characters of a text that begin at `at` end. */
function endOfPlain(bytes: Buffer, at: number, plain: Uint8Array): number {
  let end = at;
  while (end < bytes.length && plain[bytes[end] ?? 0] === 1) end += 1;
  return end;
}

function plainBytes(isPlain: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (isPlain(byte) ? 1 : 0));
}

function hexDigit(byte: number): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : undefined;
}
