/** Markdown without raw HTML; pictures from elsewhere are named, never loaded. */
import Markdown, { type Components } from 'react-markdown';
import { Typography } from '@mantine/core';
import { CodeView } from '../parts/code-view.tsx';

const COMPONENTS: Components = {
  a: ({ href, children }) =>
    isWebAddress(href) ? (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow" className="link">
        {children}
      </a>
    ) : (
      <span>{children}</span>
    ),
  pre: ({ children }) => <div className="output-code">{children}</div>,
  // Without a line break it stands within a sentence.
  code: ({ className, children }) =>
    typeof children === 'string' && children.includes('\n') ? (
      <CodeView code={children} language={languageOf(className)} label="Code in the text" maxHeight={360} />
    ) : (
      <code>{children}</code>
    ),
  img: ({ src, alt }) =>
    typeof src === 'string' && src.startsWith('data:image/') ? (
      <img src={src} alt={alt ?? ''} />
    ) : (
      <span className="output-left-out">[picture: {alt === undefined || alt === '' ? src : alt}]</span>
    ),
};

export function MarkdownOutput({ text }: { readonly text: string }) {
  return (
    <Typography className="output-markdown">
      <Markdown components={COMPONENTS}>{text}</Markdown>
    </Typography>
  );
}

function isWebAddress(href: string | undefined): href is string {
  return href !== undefined && /^https?:\/\//i.test(href);
}

function languageOf(className: string | undefined): 'python' | 'text' {
  return /^language-(?:py|python3?)$/.test(className ?? '') ? 'python' : 'text';
}
