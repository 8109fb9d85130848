/** What a worker takes while nobody asks for anything: processor time, and the memory of its warm sandboxes. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { containersOf, engine } from '../test/helpers/engine.ts';
import { IDLE_CORE_PERCENT_MAX, WARM_SANDBOX_MIB_MAX } from './cases.ts';
import { openDeployment, SLOTS } from './deployment.ts';
import { percentile, summarize } from './percentiles.ts';
import { figure, type Row } from './table.ts';
import { judgeUse, type Verdict } from './verdict.ts';

/** Until every warm sandbox has imported what it will, and the worker has cleared up after its own start. */
const SETTLE_MS = 20_000;
const MIB = 1024 * 1024;
const TICKS_PER_SECOND = 100;

const MemoryStats = z.object({
  memory_stats: z.object({ usage: z.number(), stats: z.record(z.string(), z.number()) }),
});

/** @param lookMs how long the processor time is looked at */
export async function measureIdle(lookMs: number): Promise<Row[]> {
  const deployment = await openDeployment('real');
  try {
    await delay(SETTLE_MS);
    const secondsBefore = processorSeconds(deployment.workerPid);
    await delay(lookMs);
    const percent = ((processorSeconds(deployment.workerPid) - secondsBefore) / lookMs) * 1_000 * 100;
    const containers = await containersOf([deployment.workerId]);
    const memoryMib = percentile(await Promise.all(containers.map(({ id }) => usedMib(id))), 50);
    return [
      rowOf('idle worker', `${figure(percent)} % of a core`, judgeUse(percent, IDLE_CORE_PERCENT_MAX, '% of a core')),
      rowOf(
        `warm sandbox, one of ${String(SLOTS)}`,
        `${figure(memoryMib)} MiB, page cache not counted`,
        judgeUse(memoryMib, WARM_SANDBOX_MIB_MAX, 'MiB'),
      ),
    ];
  } finally {
    await deployment.close();
  }
}

function rowOf(name: string, note: string, verdict: Verdict): Row {
  return {
    name,
    clients: 0,
    summary: { ...summarize([], 0), perSecond: Number.NaN },
    failed: 0,
    floor: null,
    verdicts: [verdict],
    note,
  };
}

/** User and system time of a process, as proc(5) counts it. */
function processorSeconds(pid: number): number {
  const fields =
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')
      .at(-1)
      ?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** As `docker stats` counts it: without page cache that can be given back at once. */
async function usedMib(containerId: string): Promise<number> {
  const stats: unknown = await engine.getContainer(containerId).stats({ stream: false });
  const { usage, stats: parts } = MemoryStats.parse(stats).memory_stats;
  return (usage - (parts['total_inactive_file'] ?? parts['inactive_file'] ?? 0)) / MIB;
}
