/** Which forms of a value the pages can show, and which first. Pure. */

/** The richest first. */
const SHOWN: readonly (readonly [type: string, name: string])[] = [
  ['application/vnd.plotly.v1+json', 'Chart'],
  ['application/vnd.dataresource+json', 'Table'],
  ['image/png', 'Picture'],
  ['image/jpeg', 'Picture (JPEG)'],
  ['image/gif', 'Picture (GIF)'],
  ['image/webp', 'Picture (WebP)'],
  ['image/svg+xml', 'SVG'],
  ['text/latex', 'Formula'],
  ['text/html', 'HTML'],
  ['text/markdown', 'Markdown'],
  ['application/json', 'JSON'],
  ['text/plain', 'Text'],
];

/** Of a bundle, those that can be shown; what else there is stays in the raw JSON. */
export function mediaTypesOf(data: Readonly<Record<string, string>>): readonly string[] {
  return SHOWN.map(([type]) => type).filter((type) => Object.hasOwn(data, type));
}

export function nameOfMediaType(type: string): string {
  return SHOWN.find(([shown]) => shown === type)?.[1] ?? type;
}

/** What is longer than this is shown as it was written: to lay it out would hold the page still for seconds. */
const LAID_OUT_CHARACTERS_MAX: Readonly<Record<string, number>> = {
  'text/latex': 10_000,
  'text/markdown': 50_000,
  'application/json': 200_000,
};

export function isTooLongToLayOut(type: string, text: string): boolean {
  return text.length > (LAID_OUT_CHARACTERS_MAX[type] ?? Infinity);
}
