/**
 * `npm run fuzz [-- --cases N] [--seed N] [--target WORDS] [--path P]`: the long form of what `npm test` does in short.
 * A failure names its seed and path; given again, they show that one case.
 */
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { z } from 'zod';
import { openStage } from '../helpers/api-stage.ts';
import { HTTP_TARGETS } from './http-targets.ts';
import type { Target } from './target.ts';
import { WORKER_TARGETS } from './worker-targets.ts';

const CASES = 100_000;
const SEED_LIMIT = 2 ** 31;
const PROJECT = dirname(dirname(import.meta.dirname));
const SUPERVISOR = 'frame reader of the supervisor';
const TARGETS = [...[...WORKER_TARGETS, ...HTTP_TARGETS].map(({ name }) => name), SUPERVISOR];

const Settings = z.object({
  cases: z.coerce.number().int().min(1).default(CASES),
  seed: z.coerce.number().int().optional(),
  target: z.string().default(''),
  path: z.string().optional(),
});
type Settings = z.infer<typeof Settings> & { readonly seed: number };

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { cases: option, seed: option, target: option, path: option } });
  const given = Settings.parse(values);
  const settings = { ...given, seed: given.seed ?? Math.floor(Math.random() * SEED_LIMIT) };
  if (!TARGETS.some((name) => name.includes(given.target))) {
    write(`No target has ${JSON.stringify(given.target)} in its name; there are: ${TARGETS.join(', ')}.`);
    return 1;
  }
  write(`seed ${String(settings.seed)}`);
  let failed = 0;
  for (const target of WORKER_TARGETS) failed += await fuzz(target, settings);
  failed += await told(SUPERVISOR, settings, () => fuzzSupervisor(settings));
  failed += await fuzzApi(settings);
  write(failed === 0 ? 'nothing broke' : `${String(failed)} targets broke`);
  return failed === 0 ? 0 : 1;
}

/** @returns 1 if it broke */
async function told(name: string, settings: Settings, work: () => Promise<void> | void): Promise<number> {
  if (!name.includes(settings.target)) return 0;
  const startedMs = performance.now();
  try {
    await work();
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
    write(`${name}: ${String(settings.cases)} cases in ${seconds} s`);
    return 0;
  } catch (error) {
    write(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

function fuzz({ name, property }: Target, settings: Settings): Promise<number> {
  const { cases: numRuns, seed, path } = settings;
  return told(name, settings, async () => {
    await fc.assert(property, { numRuns, seed, ...(path !== undefined && { path }) });
  });
}

function fuzzSupervisor({ cases, seed }: Settings): void {
  const args = ['sandbox-image/tests/fuzz.py', String(cases), String(seed)];
  const { status, stdout, stderr } = spawnSync('python3', args, { cwd: PROJECT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
}

async function fuzzApi(settings: Settings): Promise<number> {
  if (!HTTP_TARGETS.some(({ name }) => name.includes(settings.target))) return 0;
  const stage = await openStage();
  try {
    const api = await stage.api();
    const { organization } = await stage.client(api);
    let failed = 0;
    for (const { name, propertyFor } of HTTP_TARGETS) {
      const property = propertyFor({ url: api.url, key: organization.key });
      failed += await fuzz({ name, property }, settings);
    }
    return failed;
  } finally {
    await stage.close();
  }
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
