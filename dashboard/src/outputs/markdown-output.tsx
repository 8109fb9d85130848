/** Markdown without raw HTML; pictures from elsewhere are named, never loaded. */
import Markdown, { type Components } from 'react-markdown';
import { Typography } from '@mantine/core';

const COMPONENTS: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" className="link">
      {children}
    </a>
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
