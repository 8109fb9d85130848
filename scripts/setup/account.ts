/** System users: whom a server started by root runs as. */
import { readFile } from 'node:fs/promises';
import { Sentence } from './sentence.ts';

export type Account = { readonly name: string; readonly uid: number; readonly gid: number };

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The account called `name` in the text of /etc/passwd. */
export function findAccount(passwd: string, name: string): Account | undefined {
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find(([user]) => user === name);
  const [uid, gid] = [Number(fields?.[2]), Number(fields?.[3])];
  return Number.isInteger(uid) && Number.isInteger(gid) ? { name, uid, gid } : undefined;
}

export async function readAccount(name: string): Promise<Account | undefined> {
  return findAccount(await readFile('/etc/passwd', 'utf8').catch(() => ''), name);
}

/**
 * The account that a server runs as: `name` when we are root, undefined (ourselves) when we are not.
 * @throws Sentence when root lacks that account
 */
export async function serverAccount(name: string): Promise<Account | undefined> {
  if (!isRoot()) return undefined;
  const account = await readAccount(name);
  if (account === undefined) throw new Sentence(`The system user ${name} is missing, which Debian's package creates.`);
  return account;
}
