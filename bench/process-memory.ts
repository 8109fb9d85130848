/** How much memory a process has, and the most it had. */
import { readFileSync, writeFileSync } from 'node:fs';

/** @returns the memory that the process has now, in MiB: from here on its peak is told anew */
export function resetPeak(pid: number): number {
  writeFileSync(`/proc/${String(pid)}/clear_refs`, '5');
  return statusMib(pid, 'VmRSS');
}

export const peakMib = (pid: number) => statusMib(pid, 'VmHWM');

function statusMib(pid: number, field: string): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
}
