import { useState } from 'react';
import { Button } from '@mantine/core';
import type { TextStream } from '../../../shared/contracts/execution.ts';
import { formatBytes } from '../parts/format.ts';
import { AnsiText } from './ansi-text.tsx';

/** More of one text is shown when it is asked for. */
const SHOWN_CHARACTERS = 20_000;

type Props = {
  readonly text: string;
  /** What it was written to; none for the source of something else. */
  readonly stream?: TextStream;
  /** For screen readers, where no stream says what it is. */
  readonly label?: string;
};

export function TextOutput({ text, stream, label = stream }: Props) {
  const [isWhole, setIsWhole] = useState(false);
  const isLong = text.length > SHOWN_CHARACTERS;
  return (
    <>
      <pre className="output-text" data-stream={stream} aria-label={label} tabIndex={0}>
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
