/** `npm run outputs`: runs the examples on the real service and writes docs/outputs.md with its pictures. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startService, type Service } from '../test/helpers/service.ts';
import { ENDS } from './documents/outputs/ends.ts';
import type { Download, Example, Run } from './documents/outputs/example.ts';
import { FIGURES } from './documents/outputs/figures.ts';
import { FILES } from './documents/outputs/files.ts';
import { pictureOf, PICTURES_DIRECTORY, renderOutputs } from './documents/outputs/page.ts';
import { DISPLAYS, TEXTS, VALUES } from './documents/outputs/texts-and-values.ts';

const DOCUMENTS = join(import.meta.dirname, '..', 'docs');
const SECTIONS = [TEXTS, VALUES, DISPLAYS, FIGURES, FILES, ENDS];

process.exitCode = await main().catch((error: unknown) => {
  console.error(error);
  return 1;
});

async function main(): Promise<number> {
  const service = await startService();
  const runs = await runAll(service).finally(service.stop);
  write(runs);
  return 0;
}

async function runAll(service: Service): Promise<ReadonlyMap<Example, Run>> {
  const runs = new Map<Example, Run>();
  for (const example of SECTIONS.flatMap(({ examples }) => examples)) runs.set(example, await run(service, example));
  return runs;
}

/** @throws Error when the example does not end as the page says */
async function run(service: Service, example: Example): Promise<Run> {
  const execution = await service.run(example.code, example.fields);
  const { exit, outputs, truncated } = execution;
  if (exit?.reason !== (example.ends ?? 'ok') || Object.values(truncated).includes(true))
    throw new Error(`${example.name}: ${JSON.stringify({ exit, truncated, outputs }).slice(0, 2_000)}`);
  const downloads = new Map<number, Download>();
  for (const [index, output] of outputs.entries())
    if (output.type === 'file' || pictureOf(example, output, index) !== undefined)
      downloads.set(index, await download(service, `/v1/executions/${execution.id}/outputs/${String(index)}`));
  return { execution, downloads };
}

async function download({ url, tenant }: Service, path: string): Promise<Download> {
  const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${tenant.key}` } });
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200) throw new Error(`${path}: ${String(response.status)} ${bytes.toString()}`);
  return { headers: response.headers, bytes };
}

function write(runs: ReadonlyMap<Example, Run>): void {
  const pictures = join(DOCUMENTS, PICTURES_DIRECTORY);
  rmSync(pictures, { recursive: true, force: true });
  mkdirSync(pictures);
  for (const [example, { execution, downloads }] of runs)
    for (const [index, { bytes }] of downloads) {
      const output = execution.outputs[index];
      const picture = output && pictureOf(example, output, index);
      if (picture !== undefined) writeFileSync(join(pictures, picture), bytes);
    }
  writeFileSync(join(DOCUMENTS, 'outputs.md'), renderOutputs(SECTIONS, runs));
}
