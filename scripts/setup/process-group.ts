/** The processes that a program has started and left: those of its process group. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;

/**
 * Interrupts whatever is left in the group, and kills what stays longer than `patienceMs`.
 * @returns how many processes there were
 */
export async function endGroup(group: number, patienceMs: number): Promise<number> {
  const left = membersOf(group);
  signalGroup(group, 'SIGINT');
  const deadline = performance.now() + patienceMs;
  while (membersOf(group).length > 0 && performance.now() < deadline) await delay(POLL_MS);
  signalGroup(group, 'SIGKILL');
  return left.length;
}

/** The group's living processes (a zombie is none); on a system without /proc, the group itself while it exists. */
export function membersOf(group: number): readonly number[] {
  if (process.platform !== 'linux') return signalGroup(group, 0) ? [group] : [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isMember(name, group))
    .map(Number);
}

function isMember(pid: string, group: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold spaces and parentheses itself.
    const [state, , ofGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state !== 'Z' && state !== 'X' && Number(ofGroup) === group;
  } catch {
    return false;
  }
}

/** @returns whether there was somebody to take it */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}
