/**
 * Where the services run from. Node loads some modules only when they are first needed, and by then api and worker are
 * users who cannot read a project that only root can (a clone under /root): they get a copy beside the data.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { isRoot } from '../setup/account.ts';
import { runCommand } from '../setup/command.ts';
import { isOpenToAll } from '../setup/data-directory.ts';
import { Sentence } from '../setup/sentence.ts';

export type Program = { readonly directory: string; readonly node: string; readonly done: string | null };

const LEFT_OUT = ['node_modules', '.git', '.data', 'test', 'bench', 'scripts'];
const READ_BY_OTHERS = 0o004;

const LockFile = z.object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) });

/**
 * @param place the directory for the copy, used only where one is needed
 * @throws Sentence when it cannot be made
 */
export async function provideProgram(project: string, place: string): Promise<Program> {
  if (!isRoot() || isReadableByAll(project)) return { directory: project, node: process.execPath, done: null };
  mkdirSync(join(place, 'node_modules'), { recursive: true, mode: 0o755 });
  const copied = await copyPackages(project, place);
  await copySources(project, place);
  await mustWork('chmod', ['-R', 'a+rX,go-w', place]);
  const local = join(place, 'node_modules', '.bin', 'node');
  const node = existsSync(local) ? local : process.execPath;
  return { directory: place, node, done: copied ? `copied to ${place}, for users who cannot read ${project}` : null };
}

/** The top directories of the packages that the services run with, as the lock file names them. Pure. */
export function productionPackages(lockText: string): string[] {
  return Object.entries(LockFile.parse(JSON.parse(lockText)).packages)
    .filter(([path, entry]) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && entry.dev !== true)
    .map(([path]) => path);
}

function isReadableByAll(project: string): boolean {
  const samples = [join(project, 'api', 'main.ts'), join(project, 'node_modules', 'zod', 'package.json')];
  return samples.every((file) => isOpenToAll(dirname(file)) && (statSync(file).mode & READ_BY_OTHERS) !== 0);
}

/** Once for each lock file: packages do not change otherwise. */
async function copyPackages(project: string, place: string): Promise<boolean> {
  const lockText = readFileSync(join(project, 'package-lock.json'), 'utf8');
  const stamp = join(place, 'node_modules', '.lock-hash');
  const hash = createHash('sha256').update(lockText).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return false;
  rmSync(join(place, 'node_modules'), { recursive: true, force: true });
  for (const path of ['node_modules/.bin', ...productionPackages(lockText)]) {
    if (!existsSync(join(project, path))) continue;
    mkdirSync(dirname(join(place, path)), { recursive: true, mode: 0o755 });
    await mustWork('cp', ['-R', '-P', join(project, path), join(place, path)]);
  }
  writeFileSync(stamp, hash);
  return true;
}

async function copySources(project: string, place: string): Promise<void> {
  for (const name of readdirSync(place)) if (name !== 'node_modules') rmSync(join(place, name), { recursive: true });
  const names = readdirSync(project).filter((name) => !LEFT_OUT.includes(name));
  await mustWork('cp', ['-R', '-P', ...names.map((name) => join(project, name)), place]);
}

async function mustWork(program: string, args: readonly string[]): Promise<void> {
  const { status, output } = await runCommand(program, args);
  if (status !== 0) throw new Sentence(`The program could not be copied: ${program}: ${output.trim()}`);
}
