/** What the figures were measured on. */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { engine } from '../test/helpers/engine.ts';

const GIB = 1024 ** 3;

export type Machine = Awaited<ReturnType<typeof readMachine>>;

export async function readMachine() {
  const { Version: version } = await engine.version();
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGib: Math.round(totalmem() / GIB),
    kernel: release(),
    engine: version,
    node: process.versions.node,
    commit: commitOf(),
    /** Of the last minute, before anything was measured: what else was going on. */
    loadAverage: Number((loadavg()[0] ?? 0).toFixed(2)),
  };
}

export function describeMachine(machine: Machine, at: string): string {
  return [
    `Measured ${at} at commit ${machine.commit}: ${String(machine.cores)} cores (${machine.cpu}),`,
    `${String(machine.memoryGib)} GiB, Linux ${machine.kernel}, Docker ${machine.engine}, Node ${machine.node};`,
    `load average before the run ${String(machine.loadAverage)}.`,
  ].join(' ');
}

function commitOf(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return 'unknown';
  }
}
