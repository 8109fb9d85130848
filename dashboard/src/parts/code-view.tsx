/** Code to read: highlighted as soon as the highlighter is here, plain text until then. */
import { lazy, Suspense } from 'react';
import { CopyButton } from './copy-button.tsx';
import { formatBytes } from './format.ts';
import './code-view.css';

const HighlightedPython = lazy(async () => ({
  default: (await import('./highlighted-python.tsx')).HighlightedPython,
}));

/** Longer code is shown plain: colours would cost seconds. */
const HIGHLIGHTED_CHARACTERS_MAX = 60_000;
/** The rest of a longer text is only copied: to lay it out would hold the page still. */
const SHOWN_CHARACTERS_MAX = 256 * 1024;

type Props = {
  readonly code: string;
  readonly language?: 'python' | 'text';
  /** For screen readers: `Code of the execution`. */
  readonly label: string;
  readonly maxHeight?: number;
};

export function CodeView({ code: whole, language = 'python', label, maxHeight = 480 }: Props) {
  // The end of the last line begins no other.
  const code = whole.slice(0, SHOWN_CHARACTERS_MAX).replace(/\n$/, '');
  const isHighlighted = language === 'python' && code.length <= HIGHLIGHTED_CHARACTERS_MAX;
  return (
    <div className="code">
      <div className="code-copy">
        <CopyButton text={whole} what={language === 'python' ? 'code' : 'text'} />
      </div>
      <div className="code-scroll" style={{ maxHeight }} tabIndex={0} role="region" aria-label={label}>
        {language === 'python' && <LineNumbers count={code.split('\n').length} />}
        <pre>
          <code>
            {isHighlighted ? (
              <Suspense fallback={code}>
                <HighlightedPython code={code} />
              </Suspense>
            ) : (
              code
            )}
          </code>
        </pre>
      </div>
      {whole.length > SHOWN_CHARACTERS_MAX && (
        <div className="code-cut">
          The first {formatBytes(SHOWN_CHARACTERS_MAX)} of {formatBytes(whole.length)} are shown; the button copies all.
        </div>
      )}
    </div>
  );
}

/** Apart from the code, so that they are not copied with it. */
function LineNumbers({ count }: { readonly count: number }) {
  return (
    <pre className="code-lines" aria-hidden>
      {Array.from({ length: count }, (_, at) => String(at + 1)).join('\n')}
    </pre>
  );
}
