/** What the sandbox image is made of, as hashes: the same inputs give the same image. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const IMAGE_DIRECTORY = join(import.meta.dirname, '..', '..', 'sandbox-image');

/** Where the recipe puts the runner, below the image's root. */
export const RUNNER_DIRECTORY = 'opt/code-interpreter/runner';

/** How the engine starts a container of the image. */
export const IMAGE_CHANGES = [
  'CMD ["/usr/bin/python3","-m","runner"]',
  'WORKDIR /opt/code-interpreter',
  'ENV LANG=C.UTF-8 TZ=UTC PYTHONDONTWRITEBYTECODE=1',
] as const;

export type ImageInputs = {
  /** Of the package layer: the recipe, its scripts and the package list. */
  readonly rootfsHash: string;
  /** Of the whole image; its label and tag. */
  readonly imageHash: string;
};

/** Reads every input; a few milliseconds. */
export function readImageInputs(directory: string = IMAGE_DIRECTORY): ImageInputs {
  const rootfsHash = hashOf([process.arch, ...contents(directory, ['recipe.sh', 'packages.txt', ...files('build')])]);
  const runner = contents(directory, ['add-runner.sh', ...files('runner')]);
  return { rootfsHash, imageHash: hashOf([rootfsHash, ...IMAGE_CHANGES, ...runner]) };

  function files(folder: string): string[] {
    const names = readdirSync(join(directory, folder)).filter((name) => name.endsWith('.py'));
    return names.sort().map((name) => join(folder, name));
  }
}

function contents(directory: string, paths: readonly string[]): string[] {
  return paths.flatMap((path) => [path, readFileSync(join(directory, path), 'utf8')]);
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
