/** The operators' pages, built from `dashboard/`: once for each state of their sources and packages. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runCommand } from './command.ts';
import { Sentence } from './sentence.ts';

/** In the build's directory, which a build empties first: one that broke off leaves none. */
const STAMP = '.inputs';

/**
 * Builds the pages where their inputs have changed since the last build.
 * @returns what was done; null when nothing was
 */
export async function ensureDashboard(project: string): Promise<string | null> {
  const stamp = join(distOf(project), STAMP);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === dashboardInputs(project)) return null;
  try {
    await buildDashboard(project);
    return 'built';
  } catch (error) {
    // The service does without its pages: it says at their address that they are missing.
    return `not built, so there are no pages at /admin: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** @throws Sentence with what Vite said */
export async function buildDashboard(project: string): Promise<void> {
  const vite = join(project, 'node_modules', 'vite', 'bin', 'vite.js');
  const built = await runCommand(process.execPath, [vite, 'build', join(project, 'dashboard'), '--logLevel', 'warn'], {
    cwd: project,
    // Vite takes a part of what it bundles from this.
    env: { NODE_ENV: 'production' },
  });
  if (built.status !== 0) throw new Sentence(`The dashboard could not be built: ${built.output.trim()}`);
  writeFileSync(join(distOf(project), STAMP), dashboardInputs(project));
}

/** A hash of everything that the build is made of. */
export function dashboardInputs(project: string): string {
  const hash = createHash('sha256');
  for (const file of inputFiles(project)) hash.update(`${relative(project, file)}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

function inputFiles(project: string): string[] {
  const directory = join(project, 'dashboard');
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.startsWith(distOf(project)));
  return [...files.sort(), join(project, 'package-lock.json')];
}

function distOf(project: string): string {
  return join(project, 'dashboard', 'dist');
}
