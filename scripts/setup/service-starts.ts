/** Keeps Debian packages from starting servers while they are installed. */
import { readFile } from 'node:fs/promises';
import { runAsRoot, type RootAccess } from './root-access.ts';

/** Asked by every package before it starts or stops a service; exit status 101 means: do not. */
const POLICY = '/usr/sbin/policy-rc.d';
const MARK = '# made by the code interpreter for the time of an installation';

/** Runs `work` with service starts forbidden; a policy of the machine's own is left as it is and counts. */
export async function withoutServiceStarts(access: RootAccess, work: () => Promise<void>): Promise<void> {
  const present = await readFile(POLICY, 'utf8').catch(() => undefined);
  if (present !== undefined && !present.includes(MARK)) return work();
  await runAsRoot(access, ['sh', '-c', `cat > ${POLICY} && chmod 755 ${POLICY}`], {
    input: `#!/bin/sh\n${MARK}\nexit 101\n`,
  });
  try {
    await work();
  } finally {
    await runAsRoot(access, ['rm', '-f', POLICY]);
  }
}

/** Removes the policy that a killed installation left behind: it would keep every later package from starting. */
export async function removeLeftPolicy(access: RootAccess): Promise<void> {
  const present = await readFile(POLICY, 'utf8').catch(() => '');
  if (present.includes(MARK) && access.kind !== 'none') await runAsRoot(access, ['rm', '-f', POLICY]);
}
