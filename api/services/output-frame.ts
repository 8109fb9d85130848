/**
 * A page around markup that tenants' code made, for a sandboxed frame of the operators' pages. The frame's policy keeps
 * it from running or loading anything; what browsers do without asking a policy, such as opening connections ahead of
 * time, hangs on elements that lose their names here. Pure.
 */

export const FRAMED_TYPES = ['text/html', 'image/svg+xml'] as const;

/** No script, no form, no name of another host; styles may stand in the markup itself, pictures as `data:`. */
export const FRAME_POLICY = [
  'sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

/** What loads, navigates, nests documents or takes input. A tag's name follows its `<` at once, in whatever case. */
const ACTING = /<(?=(?:script|link|meta|base|iframe|frame|frameset|object|embed|applet|portal|form)\b)/gi;

const STYLE =
  'body{margin:8px;font:14px/1.4 system-ui,sans-serif;color:#1a1b1e;background:#fff}table{border-collapse:collapse}td,th{padding:2px 8px;border:1px solid #ced4da;text-align:right}svg{max-width:100%;height:auto}';

/** Whole pages, fragments and pictures alike: browsers read what stands within as part of this one. */
export function framePage(markup: string): string {
  const inert = markup.replaceAll(ACTING, '<x-');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Output</title><style>${STYLE}</style></head><body>${inert}</body></html>\n`;
}
