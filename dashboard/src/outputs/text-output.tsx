import { useState } from 'react';
import { Button } from '@mantine/core';
import type { TextStream } from '../../../shared/contracts/execution.ts';
import { formatBytes } from '../parts/format.ts';
import { AnsiText } from './ansi-text.tsx';

/** More of one text is shown when it is asked for. */
const SHOWN_CHARACTERS = 20_000;

export function TextOutput({ stream, text }: { readonly stream: TextStream; readonly text: string }) {
  const [isWhole, setIsWhole] = useState(false);
  const isLong = text.length > SHOWN_CHARACTERS;
  return (
    <>
      <pre className="output-text" data-stream={stream} aria-label={stream} tabIndex={0}>
        <AnsiText text={isLong && !isWhole ? text.slice(0, SHOWN_CHARACTERS) : text} />
      </pre>
      {isLong && !isWhole && (
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => {
            setIsWhole(true);
          }}
        >
          Show all {formatBytes(text.length)}
        </Button>
      )}
    </>
  );
}
