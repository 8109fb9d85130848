/** Outputs as a page shows them: their JSON, with long texts cut and a note of how much there is. Pure. */
const TEXT_CHARACTERS_MAX = 600;
const TEXT_CHARACTERS_KEPT = 300;
const BASE64_CHARACTERS_KEPT = 32;

/** A longer one is not worth a second look as parsed JSON. */
const PARSED_CHARACTERS_MAX = 2_000;

export function shortJson(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => (typeof part === 'string' ? shortText(key, part) : part), 2);
}

function shortText(key: string, text: string): string {
  if (isBase64(key)) {
    const sizeBytes = Buffer.from(text, 'base64').length;
    if (text.length <= BASE64_CHARACTERS_KEPT) return text;
    return `${text.slice(0, BASE64_CHARACTERS_KEPT)}… (base64 of ${counted(sizeBytes)} bytes)`;
  }
  if (text.length <= TEXT_CHARACTERS_MAX) return text;
  return `${text.slice(0, TEXT_CHARACTERS_KEPT)}… (${counted(text.length)} characters)`;
}

/** By the name of the field, or the media type in a bundle. */
function isBase64(key: string): boolean {
  return key === 'content_base64' || (key.startsWith('image/') && key !== 'image/svg+xml');
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
