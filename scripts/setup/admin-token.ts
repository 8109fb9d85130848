/** The operators' token of an installation: a file of its own, so that a shell can read it. */
import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { codeOf, Sentence } from './sentence.ts';

const CHARACTERS_MIN = 32;

/**
 * The token in `file`, which only its owner reads; made on first use.
 * @throws Sentence when the file cannot be read or holds no token
 */
export function openAdminToken(file: string): string {
  const kept = read(file);
  if (kept === undefined) return make(file);
  if (kept.length < CHARACTERS_MIN) throw new Sentence(`${file} holds no token: remove it, and a new one is made.`);
  return kept;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new Sentence(`${file} cannot be read: ${String(error)}`, error);
  }
}

/** Written beside and renamed: a crash leaves no half of one. */
function make(file: string): string {
  const token = randomBytes(32).toString('base64url');
  const beside = `${file}.new`;
  writeFileSync(beside, `${token}\n`, { mode: 0o600 });
  chmodSync(beside, 0o600);
  renameSync(beside, file);
  return token;
}
