/** Splits what somebody wrote into texts and fenced blocks of code. Pure. */

export type SaidPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'code'; readonly code: string; readonly language: 'python' | 'text' };

const OPENING = /^(?:`{3,}|~{3,})[ \t]*([\w+-]*)[ \t]*\r?$/;
const CLOSING = /^(?:`{3,}|~{3,})[ \t]*\r?$/;
const PYTHON = new Set(['', 'py', 'python', 'python3']);

/** A block that is never closed goes to the end. */
export function saidParts(whole: string): readonly SaidPart[] {
  const parts: SaidPart[] = [];
  let lines: string[] = [];
  let language: 'python' | 'text' | undefined;
  const flush = () => {
    const text = lines.join('\n');
    lines = [];
    if (language !== undefined) parts.push({ type: 'code', code: text, language });
    else if (text.trim() !== '') parts.push({ type: 'text', text: text.trim() });
  };
  for (const line of whole.split('\n')) {
    const opened = OPENING.exec(line);
    if (language === undefined && opened !== null) {
      flush();
      language = PYTHON.has((opened[1] ?? '').toLowerCase()) ? 'python' : 'text';
    } else if (language !== undefined && CLOSING.test(line)) {
      flush();
      language = undefined;
    } else lines.push(line);
  }
  if (language === undefined || lines.length > 0) flush();
  return parts;
}
