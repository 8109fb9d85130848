/** What the commands that run tests and measurements have in common: root where it takes root, and an end when asked. */
import { isRoot } from '../setup/account.ts';
import { engineSocket } from '../setup/engine.ts';
import { knowsGvisor } from '../setup/gvisor.ts';
import type { Wanted } from '../setup/provision.ts';
import { needsRoot, onEndOfSudo } from '../setup/sudo.ts';

/** Whether only root can provide it here: the engine is out of reach, or one with gVisor must be started. */
export async function takesRoot({ engine, gvisor }: Wanted, dockerHost: string | undefined): Promise<boolean> {
  if (!engine || isRoot() || process.platform !== 'linux') return false;
  const socketPath = engineSocket(dockerHost);
  if (await needsRoot(socketPath, undefined)) return true;
  return gvisor === true && !(await knowsGvisor(socketPath));
}

/** Aborted when this process is asked to end, also through sudo. */
export function endAsked(args: readonly string[]): AbortSignal {
  const stopping = new AbortController();
  const stop = () => {
    stopping.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  onEndOfSudo(args, stop);
  return stopping.signal;
}
