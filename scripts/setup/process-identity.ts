/** Tells a process from a later one with the same number: by its start time. */
import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

export type ProcessIdentity = { readonly pid: number; readonly startedAt: string };

/** The process's identity, or undefined when no such process lives (a zombie does not). */
export function identify(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? linuxStart(pid) : otherStart(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startedAt === identity.startedAt;
}

/** The start time in the text of /proc/<pid>/stat (clock ticks since boot), undefined for a zombie. */
export function parseStat(stat: string): string | undefined {
  // The name, in parentheses, may hold spaces and parentheses itself.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? undefined : fields[18];
}

function linuxStart(pid: number): string | undefined {
  try {
    const ticks = parseStat(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return ticks === undefined ? undefined : `${boot} ${ticks}`;
  } catch {
    return undefined;
  }
}

function otherStart(pid: number): string | undefined {
  const { status, stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : undefined;
}
