/** One value in several forms: the richest that a page can show, and the others to choose. */
import { SegmentedControl, Text } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { MimeBundle } from '../../../shared/contracts/execution.ts';
import { PartBoundary } from '../parts/part-boundary.tsx';
import { FrameOutput } from './frame-output.tsx';
import { JsonOutput } from './json-output.tsx';
import { isTooLongToLayOut, mediaTypesOf, nameOfMediaType } from './media-types.ts';
import type { OutputPlace } from './output-place.ts';
import { TextOutput } from './text-output.tsx';

const PlotlyOutput = lazy(async () => ({ default: (await import('./plotly-output.tsx')).PlotlyOutput }));
const TableOutput = lazy(async () => ({ default: (await import('./table-output.tsx')).TableOutput }));
const LatexOutput = lazy(async () => ({ default: (await import('./latex-output.tsx')).LatexOutput }));
const MarkdownOutput = lazy(async () => ({ default: (await import('./markdown-output.tsx')).MarkdownOutput }));

type Props = { readonly data: MimeBundle; readonly place: OutputPlace };

export function BundleOutput({ data, place }: Props) {
  const types = mediaTypesOf(data);
  const [chosen, setChosen] = useState<string | null>(null);
  const type = chosen ?? types[0];
  if (type === undefined) return null;
  const plain = data['text/plain'] ?? '';
  const text = data[type] ?? '';
  return (
    <div className="output-bundle">
      {types.length > 1 && (
        <SegmentedControl
          className="output-forms"
          size="xs"
          value={type}
          onChange={setChosen}
          data={types.map((value) => ({ value, label: nameOfMediaType(value) }))}
          aria-label="Form of this output"
        />
      )}
      <PartBoundary key={type} fallback={<pre className="output-text">{plain}</pre>}>
        <Suspense fallback={<pre className="output-text">{plain}</pre>}>
          {isTooLongToLayOut(type, text) ? (
            <Source type={type} text={text} />
          ) : (
            <Representation type={type} text={text} plain={plain} place={place} />
          )}
        </Suspense>
      </PartBoundary>
    </div>
  );
}

type RepresentationProps = {
  readonly type: string;
  readonly text: string;
  readonly plain: string;
  readonly place: OutputPlace;
};

function Representation({ type, text, plain, place }: RepresentationProps) {
  switch (type) {
    case 'application/vnd.plotly.v1+json':
      return <PlotlyOutput json={text} />;
    case 'application/vnd.dataresource+json':
      return <TableOutput json={text} />;
    case 'text/html':
    case 'image/svg+xml':
      return <FrameOutput type={type} plain={plain} place={place} />;
    case 'text/latex':
      return <LatexOutput text={text} />;
    case 'text/markdown':
      return <MarkdownOutput text={text} />;
    case 'application/json':
      return <JsonOutput text={text} />;
    case 'text/plain':
      return <pre className="output-text">{text}</pre>;
    default:
      return (
        <img className="output-picture" src={`data:${type};base64,${text}`} alt={plain === '' ? 'A picture' : plain} />
      );
  }
}

function Source({ type, text }: Pick<RepresentationProps, 'type' | 'text'>) {
  return (
    <>
      <TextOutput text={text} label={`${nameOfMediaType(type)} as it was written`} />
      <Text size="xs" c="dimmed">
        It is too long to be laid out here, and is shown as it was written.
      </Text>
    </>
  );
}
