/** One service per data directory: a file that names the living process that uses it. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { identify, isAlive } from './process-identity.ts';
import { Sentence } from './sentence.ts';

const Holder = z.object({ pid: z.int(), startedAt: z.string() });

const TRIES_MAX = 20;

/**
 * Takes the lock, over the dead body of its former holder if need be.
 * @returns how to give it back
 * @throws Sentence naming the process that holds it
 */
export function takeLock(file: string, dataDirectory: string): () => void {
  const own = `${file}.${String(process.pid)}`;
  writeFileSync(own, JSON.stringify(identify(process.pid)), { mode: 0o600 });
  try {
    for (let tries = 1; !tryLink(own, file); tries += 1) {
      if (tries > TRIES_MAX) throw new Sentence(`${file} cannot be made: the file system must allow hard links.`);
      const holder = readHolder(file);
      if (holder !== undefined && isAlive(holder)) {
        throw new Sentence(
          `Process ${String(holder.pid)} already serves from ${dataDirectory}: stop it first, or give this one another DATA_DIR (and PORT).`,
        );
      }
      removeStale(file, own);
    }
  } finally {
    rmSync(own, { force: true });
  }
  return () => {
    if (readHolder(file)?.pid === process.pid) rmSync(file, { force: true });
  };
}

/** Two that find the same dead holder at once must not remove each other's new lock: what was moved is looked at. */
function removeStale(file: string, own: string): void {
  const moved = `${own}.stale`;
  try {
    renameSync(file, moved);
  } catch {
    return;
  }
  const holder = readHolder(moved);
  if (holder !== undefined && isAlive(holder)) tryLink(moved, file);
  rmSync(moved, { force: true });
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch {
    return false;
  }
}

function readHolder(file: string): z.infer<typeof Holder> | undefined {
  try {
    return Holder.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
