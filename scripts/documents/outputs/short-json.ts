/** Outputs as a page shows them: their JSON, with long texts cut and a note of how much there is. Pure. */
const LINE_CHARACTERS_MAX = 110;
const TEXT_CHARACTERS_MAX = 600;
const TEXT_CHARACTERS_KEPT = 300;
const BASE64_CHARACTERS_MAX = 80;
const BASE64_CHARACTERS_KEPT = 32;
/** A longer one is not worth a second look as parsed JSON. */
const PARSED_CHARACTERS_MAX = 2_000;
/** Where an object lies in memory: another place in every run. */
const ADDRESS = /\b0x[0-9a-f]{8,}\b/gi;

/** The same value gives the same text in every run. */
export function shortJson(value: unknown): string {
  // A copy without what JSON leaves out, such as fields that are undefined.
  const short: unknown = JSON.parse(
    JSON.stringify(value, (key, part: unknown) => (typeof part === 'string' ? shortText(key, part) : part)),
  );
  return laidOut(short, '');
}

function shortText(key: string, text: string): string {
  if (isBase64(key)) {
    if (text.length <= BASE64_CHARACTERS_MAX) return text;
    const sizeBytes = Buffer.from(text, 'base64').length;
    return `${text.slice(0, BASE64_CHARACTERS_KEPT)}… (base64 of ${counted(sizeBytes)} bytes)`;
  }
  const stable = text.replace(ADDRESS, '0x…');
  if (stable.length <= TEXT_CHARACTERS_MAX) return stable;
  return `${stable.slice(0, TEXT_CHARACTERS_KEPT)}… (${counted(text.length)} characters)`;
}

/** By the name of the field, or the media type in a bundle. */
function isBase64(key: string): boolean {
  return key === 'content_base64' || (key.startsWith('image/') && key !== 'image/svg+xml');
}

/** What fits stands in one line, the rest one part a line. */
function laidOut(value: unknown, indent: string): string {
  const line = JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ');
  if (typeof value !== 'object' || value === null || indent.length + line.length <= LINE_CHARACTERS_MAX) return line;
  const deeper = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((part) => laidOut(part, deeper))
    : Object.entries(value).map(([name, part]) => `${JSON.stringify(name)}: ${laidOut(part, deeper)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}\n${parts.map((part) => deeper + part).join(',\n')}\n${indent}${close}`;
}

/** The JSON texts of a bundle, parsed, by media type; those that are short enough to be read. */
export function parsedTexts(bundle: Readonly<Record<string, string>>): [mediaType: string, value: unknown][] {
  return Object.entries(bundle)
    .filter(([mediaType, text]) => isJson(mediaType) && text.length <= PARSED_CHARACTERS_MAX)
    .map(([mediaType, text]) => [mediaType, JSON.parse(text)]);
}

function isJson(mediaType: string): boolean {
  return mediaType === 'application/json' || mediaType.endsWith('+json');
}

/** As the page writes numbers, whatever the machine's language. */
export function counted(count: number): string {
  return count.toLocaleString('en-US');
}
