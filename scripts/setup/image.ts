/** Sees to it that the engine has the sandbox image of this version of the project. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import Docker from 'dockerode';
import { runCommand } from './command.ts';
import { IMAGE_CHANGES, IMAGE_DIRECTORY, RUNNER_DIRECTORY, readImageInputs } from './image-inputs.ts';
import { provideRootfs } from './image-rootfs.ts';
import { seconds } from './report.ts';
import { Sentence } from './sentence.ts';

export const IMAGE_REPOSITORY = 'code-interpreter-sandbox';
export const IMAGE_HASH_LABEL = 'code-interpreter.image-hash';
/** Of the images that earlier versions left, so many stay: going back to one is then a matter of a tag. */
const IMAGES_KEPT = 3;

export type SandboxImageRequest = {
  readonly socketPath: string;
  /** Where the unpacked packages are kept between builds, about 1.3 GB. */
  readonly cacheDir: string;
  readonly report: (line: string) => void;
  /** Builds although the image is there, with the newest packages. */
  readonly refresh?: boolean;
};

/**
 * Returns in a few milliseconds when the image is there, otherwise builds and imports it.
 * @returns the image's hash
 * @throws Sentence that says what failed
 */
export async function ensureSandboxImage(request: SandboxImageRequest): Promise<string> {
  const docker = new Docker({ socketPath: request.socketPath });
  const { rootfsHash, imageHash } = readImageInputs();
  const refresh = request.refresh ?? false;
  if (!refresh && (await isPresent(docker, imageHash))) return imageHash;
  const startedMs = performance.now();
  request.report('sandbox image: building; the first time takes a few minutes');
  const rootfs = await provideRootfs({ cacheDir: request.cacheDir, rootfsHash, refresh });
  const layer = await mkdtemp(join(request.cacheDir, 'making-runner-'));
  try {
    await addRunner(rootfs, layer);
    await importImage(docker, { rootfs, layer, imageHash });
  } finally {
    await rm(layer, { recursive: true, force: true });
  }
  await removeOldImages(docker);
  request.report(`sandbox image: built (${seconds(performance.now() - startedMs)})`);
  return imageHash;
}

function tagOf(imageHash: string): string {
  return imageHash.slice(0, 12);
}

/** Whether the image of this hash is there; if only `latest` points elsewhere, it is put right. */
async function isPresent(docker: Docker, imageHash: string): Promise<boolean> {
  if ((await hashOf(docker, 'latest')) === imageHash) return true;
  if ((await hashOf(docker, tagOf(imageHash))) !== imageHash) return false;
  await docker.getImage(`${IMAGE_REPOSITORY}:${tagOf(imageHash)}`).tag({ repo: IMAGE_REPOSITORY, tag: 'latest' });
  return true;
}

async function hashOf(docker: Docker, tag: string): Promise<string | undefined> {
  try {
    const { Config: config } = await docker.getImage(`${IMAGE_REPOSITORY}:${tag}`).inspect();
    return config.Labels?.[IMAGE_HASH_LABEL];
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return undefined;
    throw new Sentence(`The Docker engine could not be asked for the sandbox image: ${String(error)}`, error);
  }
}

async function addRunner(rootfs: string, layer: string): Promise<void> {
  const added = await runCommand('/bin/sh', [join(IMAGE_DIRECTORY, 'add-runner.sh'), rootfs, layer]);
  if (added.status !== 0) throw new Sentence(`Adding the runner to the sandbox image failed:\n${added.output.trim()}`);
}

type Parts = { readonly rootfs: string; readonly layer: string; readonly imageHash: string };

/**
 * Streams both directories into the engine as one tar; nothing is written in between, no path comes twice. The image
 * gets its names only when all of it was packed.
 */
async function importImage(docker: Docker, { rootfs, layer, imageHash }: Parts): Promise<void> {
  const parts = ['-C', rootfs, '.', '-C', layer, `./${RUNNER_DIRECTORY}`];
  const tar = spawn('tar', ['-c', '--numeric-owner', '--owner=0', '--group=0', ...parts], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A tar that cannot be run has no exit code: that is told below.
  const ended = once(tar, 'close').catch(() => undefined);
  const complaint = text(tar.stderr);
  const changes = [...IMAGE_CHANGES, `LABEL ${IMAGE_HASH_LABEL}=${imageHash}`];
  const unchecked = `unchecked-${randomBytes(4).toString('hex')}`;
  try {
    const answer = await docker.importImage(tar.stdout, { repo: IMAGE_REPOSITORY, tag: unchecked, changes });
    const refusal = /"error":"([^"]*)"/.exec(await text(answer));
    if (refusal !== null) throw new Error(refusal[1]);
  } catch (error) {
    tar.kill();
    throw new Sentence(`The Docker engine refused the sandbox image: ${String(error)}`, error);
  }
  await ended;
  const image = docker.getImage(`${IMAGE_REPOSITORY}:${unchecked}`);
  try {
    if (tar.exitCode !== 0) throw new Sentence(`Packing the sandbox image failed: ${await complaint}`);
    for (const tag of [tagOf(imageHash), 'latest']) await image.tag({ repo: IMAGE_REPOSITORY, tag });
  } finally {
    await image.remove();
  }
}

/** The oldest ones; an image that a container still uses stays. */
async function removeOldImages(docker: Docker): Promise<void> {
  const images = await docker.listImages({ filters: { label: [IMAGE_HASH_LABEL] } });
  const old = images.sort((one, other) => other.Created - one.Created).slice(IMAGES_KEPT);
  for (const { Id: id } of old)
    await docker
      .getImage(id)
      .remove({})
      .catch(() => undefined);
}
