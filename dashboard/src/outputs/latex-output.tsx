/** Formulas as MathML, which browsers draw themselves: no styles, no fonts. Loaded only where there is a formula. */
import katex from 'katex';
import { useEffect, useRef } from 'react';

/** What one formula may grow to: definitions in it can double themselves. */
const EXPANSIONS_MAX = 500;
const SIZE_EM_MAX = 50;

export function LatexOutput({ text }: { readonly text: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null) return;
    katex.render(formulaOf(text), place.current, {
      output: 'mathml',
      displayMode: true,
      throwOnError: false,
      trust: false,
      strict: 'ignore',
      maxExpand: EXPANSIONS_MAX,
      maxSize: SIZE_EM_MAX,
    });
  }, [text]);
  return <div ref={place} className="output-latex" />;
}

/** Without what says in a document that a formula begins. */
function formulaOf(text: string): string {
  const formula = text.trim();
  const inner = /^(?:\$\$([^]*)\$\$|\$([^]*)\$|\\\[([^]*)\\\]|\\\(([^]*)\\\))$/.exec(formula);
  return (inner?.slice(1).find((part) => part !== undefined) ?? formula).trim();
}
