/** docs/outputs.md: examples with what running them gave. Pure. */
import type { Output } from '../../../shared/contracts/execution.ts';
import type { Download, Example, Run, Section } from './example.ts';
import { FOOT, INTRODUCTION } from './introduction.ts';
import { parsedTexts, shortJson } from './short-json.ts';

/** Of the page's pictures, beside it. */
export const PICTURES_DIRECTORY = 'outputs';

const LINE_CHARACTERS_MAX = 120;

const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['image/png', 'png'],
  ['image/svg+xml', 'svg'],
]);
/** What the download says that matters to who saves it. */
const HEADERS_SHOWN = [
  ...['content-type', 'content-disposition', 'content-length'],
  ...['x-content-type-options', 'content-security-policy'],
];

/** @throws Error when an example was not run */
export function renderOutputs(sections: readonly Section[], runs: ReadonlyMap<Example, Run>): string {
  const texts = sections.map(({ title, about, examples }) =>
    [
      `## ${title}`,
      wrapped(about),
      ...examples.flatMap((example) => renderExample(example, runOf(runs, example))),
    ].join('\n\n'),
  );
  return [INTRODUCTION, ...texts.map((text) => `${text}\n`), FOOT].join('\n');
}

function runOf(runs: ReadonlyMap<Example, Run>, example: Example): Run {
  const run = runs.get(example);
  if (run === undefined) throw new Error(`${example.name} was not run`);
  return run;
}

function renderExample(example: Example, { execution, downloads }: Run): string[] {
  const { outputs } = execution;
  const beside = (example.shows ?? []).map((name) => [name, execution[name]] as const);
  const first = downloads.get(0);
  return [
    `### ${example.title}`,
    ...[wrapped(`${example.about} ${sentWith(example)}`)].filter((text) => text !== ''),
    fenced('python', example.code),
    fenced('json', shortJson({ ...Object.fromEntries(beside), outputs })),
    ...outputs.flatMap((output, index) => renderLooks(example, output, index)),
    ...(example.isDownloaded === true && first !== undefined ? renderDownload(first) : []),
  ];
}

function sentWith({ fields = {} }: Example): string {
  const texts = Object.entries(fields).map(([name, value]) => `\`"${name}": ${JSON.stringify(value)}\``);
  return texts.length === 0 ? '' : `Sent with ${texts.join(', ')}.`;
}

/** What a reader sees of an output who knows its media types. */
function renderLooks(example: Example, output: Output, index: number): string[] {
  const picture = pictureOf(example, output, index);
  const bundle = output.type === 'result' || output.type === 'display' ? output.data : {};
  const latex = bundle['text/latex'];
  return [
    ...(picture === undefined ? [] : [`![output ${String(index)}](${PICTURES_DIRECTORY}/${picture})`]),
    ...(latex === undefined ? [] : [`Typeset: ${latex}`]),
    ...parsedTexts(bundle).flatMap(([mediaType, value]) => [
      `The text of \`${mediaType}\`, parsed:`,
      fenced('json', shortJson(value)),
    ]),
  ];
}

/** The name of the output's picture; undefined if it is none. */
export function pictureOf(example: Example, output: Output, index: number): string | undefined {
  const mediaTypes =
    output.type === 'result' || output.type === 'display'
      ? Object.keys(output.data)
      : output.type === 'file'
        ? [output.mime_type]
        : [];
  const ending = mediaTypes.map((mediaType) => ENDINGS.get(mediaType)).find((name) => name !== undefined);
  return ending === undefined ? undefined : `${example.name}-${String(index)}.${ending}`;
}

function renderDownload({ headers, bytes }: Download): string[] {
  const lines = HEADERS_SHOWN.map((name) => `${name}: ${headers.get(name) ?? ''}`);
  return [
    'Each of them as a file, here the first:',
    fenced('sh', 'curl -i "$URL/v1/executions/$ID/outputs/0" -H "Authorization: Bearer $KEY"'),
    fenced('http', `HTTP/1.1 200 OK\n${lines.join('\n')}\n\n${bytes.toString()}`),
    'Without `-i` and with `--remote-name --remote-header-name`, curl saves it under its name.',
  ];
}

/** Prose in lines as long as those of the other documents. */
function wrapped(text: string): string {
  const lines = [''];
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const line = [lines.at(-1), word].filter((part) => part !== '').join(' ');
    if (line.length > LINE_CHARACTERS_MAX) lines.push(word);
    else lines[lines.length - 1] = line;
  }
  return lines.join('\n');
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}
