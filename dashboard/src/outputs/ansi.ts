/** Text as a terminal would show it, as far as a page can: colours, and lines that were written over. Pure. */

export type Piece = { readonly text: string; readonly className: string };

// ESC [ … letter: a terminal's commands. Only those of colours (`m`) say something here.
// eslint-disable-next-line no-control-regex
const COMMAND = /\u001b\[([0-9;:?]*)([A-Za-z])/g;
// What is left of others: titles of windows, changes of the character set.
// eslint-disable-next-line no-control-regex
const REST = /\u001b(?:\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[()][A-Z0-9]|.)/g;

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
const FOREGROUND = 30;
const BRIGHT_FOREGROUND = 90;

/** Pieces of one look each, in order. */
export function ansiPieces(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let look = new Map<'colour' | 'weight', string>();
  let at = 0;
  const push = (end: number) => {
    const part = text.slice(at, end).replace(REST, '');
    if (part !== '') pieces.push({ text: part, className: [...look.values()].join(' ') });
  };
  for (const match of text.matchAll(COMMAND)) {
    push(match.index);
    at = match.index + match[0].length;
    if (match[2] === 'm') look = lookAfter(look, match[1] ?? '');
  }
  push(text.length);
  return pieces;
}

/** A line that was begun anew with `\r` shows what was written last, as progress bars mean it. */
export function withoutOverwritten(text: string): string {
  if (!text.includes('\r')) return text;
  return text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.replace(/\r+$/, '').split('\r').at(-1) ?? '')
    .join('\n');
}

function lookAfter(look: ReadonlyMap<'colour' | 'weight', string>, codes: string): Map<'colour' | 'weight', string> {
  const next = new Map(look);
  for (const code of codes.split(/[;:]/).map(Number)) {
    if (code === 0) next.clear();
    else if (code === 1) next.set('weight', 'ansi-bold');
    else if (code === 22) next.delete('weight');
    else if (code === FOREGROUND + 9) next.delete('colour');
    else setColour(next, code);
  }
  return next;
}

function setColour(look: Map<'colour' | 'weight', string>, code: number): void {
  const name = COLOURS[code - FOREGROUND] ?? COLOURS[code - BRIGHT_FOREGROUND];
  if (name !== undefined) look.set('colour', `ansi-${name}`);
}
