/** The unprivileged users of the service. */
import { isRoot, readAccount } from './account.ts';
import { findProgram, runCommand } from './command.ts';
import { Sentence } from './sentence.ts';

/** Creates, when we are root, the system users that do not exist; says which. */
export async function provideAccounts(names: readonly string[]): Promise<string | null> {
  if (!isRoot()) return null;
  const made: string[] = [];
  for (const name of names) {
    if ((await readAccount(name)) !== undefined) continue;
    const nologin = findProgram('nologin') ?? '/bin/false';
    const args = [
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      nologin,
      name,
    ];
    const result = await runCommand(findProgram('useradd') ?? 'useradd', args);
    if (result.status !== 0)
      throw new Sentence(`useradd could not create the system user ${name}: ${result.output.trim()}`);
    made.push(name);
  }
  return made.length === 0 ? null : `created ${made.join(', ')}`;
}
