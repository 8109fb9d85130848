import { useMemo } from 'react';
import { ansiPieces, withoutOverwritten } from './ansi.ts';

/** What code wrote, with a terminal's colours and without its other commands. */
export function AnsiText({ text }: { readonly text: string }) {
  const pieces = useMemo(() => ansiPieces(withoutOverwritten(text)), [text]);
  return pieces.map((piece, at) => (
    <span key={at} className={piece.className === '' ? undefined : piece.className}>
      {piece.text}
    </span>
  ));
}
