/** Python in spans by what each word is. Loaded only where code is shown. */
import { pythonLanguage } from '@codemirror/lang-python';
import { classHighlighter, highlightCode } from '@lezer/highlight';
import { useMemo, type ReactNode } from 'react';

export function HighlightedPython({ code }: { readonly code: string }) {
  return useMemo(() => spansOf(code), [code]);
}

function spansOf(code: string): ReactNode[] {
  const spans: ReactNode[] = [];
  const tree = pythonLanguage.parser.parse(code);
  highlightCode(
    code,
    tree,
    classHighlighter,
    (text, classes) => {
      spans.push(classes === '' ? text : <span key={spans.length} className={classes} children={text} />);
    },
    () => {
      spans.push('\n');
    },
  );
  return spans;
}
