/** Texts and pictures of a conversation; nothing of them is ever markup of this page. */
import { lazy, Suspense } from 'react';
import { CodeView } from '../../parts/code-view.tsx';
import { PartBoundary } from '../../parts/part-boundary.tsx';
import { saidParts } from './said-parts.ts';

const MarkdownOutput = lazy(async () => ({
  default: (await import('../../outputs/markdown-output.tsx')).MarkdownOutput,
}));

/** As it was written, with its blocks of code highlighted. */
export function SaidText({ text }: { readonly text: string }) {
  return saidParts(text).map((part, at) =>
    part.type === 'text' ? (
      <p key={at} className="said-text">
        {part.text}
      </p>
    ) : (
      <div key={at} className="said-code">
        <CodeView code={part.code} language={part.language} label="Code in the message" maxHeight={360} />
      </div>
    ),
  );
}

export function MarkdownText({ text }: { readonly text: string }) {
  const plain = <p className="said-text">{text}</p>;
  return (
    <PartBoundary fallback={plain}>
      <Suspense fallback={plain}>
        <MarkdownOutput text={text} />
      </Suspense>
    </PartBoundary>
  );
}

export function Picture({ url, name }: { readonly url: string; readonly name: string }) {
  if (!url.startsWith('data:image/')) return <p className="said-text">[{name}, which is not shown]</p>;
  return <img className="said-picture" src={url} alt={name} />;
}
