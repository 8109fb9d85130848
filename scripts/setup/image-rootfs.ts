/** The package layer of the sandbox image: a root file system, kept in a cache so that only changed packages cost time. */
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdir, rename, statfs } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { findProgram } from './command.ts';
import { IMAGE_DIRECTORY } from './image-inputs.ts';
import { rootAccess, runAsRoot, type RootAccess } from './root-access.ts';
import { Sentence } from './sentence.ts';

const FREE_BYTES_MIN = 4 * 1024 ** 3;
const ARCHIVE_KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';
const NETWORK_TROUBLE =
  /could not resolve|failed to fetch|could not connect|connection (failed|timed out|refused)|temporary failure|unable to connect/i;

export type RootfsRequest = {
  readonly cacheDir: string;
  readonly rootfsHash: string;
  /** Unpacks the packages anew although the list is the same: newer versions come in. */
  readonly refresh: boolean;
};

/**
 * The directory of the root file system, made if the cache does not hold it.
 * Two at once do not meet: each works under a name of its own and the last step is a rename.
 * @throws Sentence that says what is missing
 */
export async function provideRootfs({ cacheDir, rootfsHash, refresh }: RootfsRequest): Promise<string> {
  const name = `rootfs-${rootfsHash.slice(0, 12)}`;
  const ready = join(cacheDir, name);
  if (existsSync(ready) && !refresh) return ready;
  const access = await requireTools(cacheDir);
  const making = join(cacheDir, `making-${name}-${randomBytes(4).toString('hex')}`);
  await mkdir(making);
  await chmod(making, 0o755);
  try {
    const made = await runAsRoot(access, ['/bin/sh', join(IMAGE_DIRECTORY, 'recipe.sh'), making]);
    if (made.status !== 0) throw new Sentence(failureSentence(made.output));
    await replace(access, making, ready);
  } finally {
    await remove(access, making);
  }
  await removeOthers(access, cacheDir, name);
  return ready;
}

async function requireTools(cacheDir: string): Promise<RootAccess> {
  await mkdir(cacheDir, { recursive: true });
  const missing = findProgram('mmdebstrap') === undefined || !existsSync(ARCHIVE_KEYS);
  if (missing)
    throw new Sentence('Building the sandbox image needs Debian packages: mmdebstrap, debian-archive-keyring.');
  const { bavail, bsize } = await statfs(cacheDir);
  if (bavail * bsize < FREE_BYTES_MIN) {
    const free = `${((bavail * bsize) / 1024 ** 3).toFixed(1)} GiB`;
    throw new Sentence(`Building the sandbox image needs 4 GiB free in ${cacheDir}; there are ${free}.`);
  }
  const access = await rootAccess();
  if (access.kind === 'none') throw new Sentence('Building the sandbox image needs root, to unpack Debian packages.');
  return access;
}

/** Pure: one sentence for what the recipe printed. */
export function failureSentence(output: string): string {
  if (/no space left/i.test(output)) return 'Building the sandbox image failed: the disk is full.';
  if (NETWORK_TROUBLE.test(output))
    return "Building the sandbox image failed: Debian's mirrors cannot be reached with this machine's apt settings.";
  const lines = output.trim().split('\n').slice(-8);
  return `Building the sandbox image failed:\n${lines.join('\n')}`;
}

async function replace(access: RootAccess, making: string, ready: string): Promise<void> {
  if (existsSync(ready)) await rename(ready, `${making}-old`).catch(() => undefined);
  // Somebody else was first: theirs is as good.
  await rename(making, ready).catch((error: unknown) => {
    if (!existsSync(ready)) throw error;
  });
  await remove(access, `${making}-old`);
}

async function remove(access: RootAccess, path: string): Promise<void> {
  if (existsSync(path)) await runAsRoot(access, ['rm', '-rf', '--one-file-system', path]);
}

/** Earlier package layers; what others are making right now stays. */
async function removeOthers(access: RootAccess, cacheDir: string, name: string): Promise<void> {
  const others = readdirSync(cacheDir).filter((entry) => entry.startsWith('rootfs-') && entry !== name);
  for (const other of others) await remove(access, join(cacheDir, other));
}
