import { IconBulb } from '@tabler/icons-react';
import { AnsiText } from './ansi-text.tsx';

type Props = {
  readonly error: {
    readonly name: string;
    readonly value: string;
    readonly traceback: string;
    readonly hint?: string | undefined;
  };
};

/** An exception: what it was, what to do about it where that is known, and the way to it. */
export function ErrorOutput({ error }: Props) {
  return (
    <div className="output-error">
      <p className="output-error-name">
        <strong>{error.name}</strong>
        {error.value !== '' && `: ${error.value}`}
      </p>
      {error.hint !== undefined && (
        <p className="output-hint">
          <IconBulb size={16} aria-hidden /> <span>{error.hint}</span>
        </p>
      )}
      {error.traceback !== '' && (
        <pre className="output-text" aria-label="Traceback" tabIndex={0}>
          <AnsiText text={error.traceback} />
        </pre>
      )}
    </div>
  );
}
