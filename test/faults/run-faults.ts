/** One round: a stage, a load, the faults of a seed, and what is left of the promises afterwards. */
import { setTimeout as delay } from 'node:timers/promises';
import { unlessAborted } from '../../shared/platform/deadline.ts';
import { findMiscounts, findViolations, type Row, type Seen } from './check.ts';
import { injectFaults } from './inject.ts';
import { runLoad } from './load.ts';
import { describeFault, planFaults, type PlanOptions } from './plan.ts';
import { readCounted, readRows, settle } from './settle.ts';
import { openStage, type Stage } from './stage.ts';

export type FaultRunOptions = PlanOptions & {
  /** Told of every fault as it is made. */
  readonly report?: (line: string) => void;
  /** Aborted when everything is to end at once: the round then fails. */
  readonly signal?: AbortSignal;
};

export type FaultRun = {
  readonly seed: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly executions: number;
  readonly acknowledged: number;
  /** By status, `sandbox_lost` apart. */
  readonly ends: Readonly<Record<string, number>>;
  readonly ranAgain: number;
  /** Cancels that came when the code had ended. */
  readonly cancelsTooLate: number;
  /** Starts of processes that gave up, for want of a server, and were tried again. */
  readonly failedStarts: number;
  readonly requests: number;
  readonly failedRequests: number;
  /** From the last fault's end until nothing was left to do. */
  readonly settledMs: number;
  readonly durationMs: number;
  readonly violations: readonly string[];
};

const STAGE = { apis: 2, workers: 2, slots: 2 };
const LOAD = { clients: 6, thinkMs: 150 };
/** Longest: a lock, a lost heartbeat and two sweeps, and a run's own time; the rest is for a busy machine. */
const SETTLE_MS = 60_000;
/** Some load also after the last fault. */
const AFTER_MS = 1_000;

export async function runFaults({ report = () => undefined, signal, ...options }: FaultRunOptions): Promise<FaultRun> {
  const startedMs = performance.now();
  const stage = await openStage(STAGE);
  report(`everything was up after ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`);
  try {
    const run = await unlessAborted(runOn(stage, options, report), signal ?? new AbortController().signal);
    await stage.stopProcesses();
    const containers = await stage.containers();
    const violations = [
      ...run.violations,
      ...containers.map(({ id, state }) => `container left after the end: ${id.slice(0, 12)} (${state})`),
    ];
    return { ...run, durationMs: Math.round(performance.now() - startedMs), violations };
  } finally {
    await stage.stopProcesses();
    await stage.removeContainers();
    await stage.close();
  }
}

async function runOn(
  stage: Stage,
  { seed, ...plan }: PlanOptions,
  report: (line: string) => void,
): Promise<Omit<FaultRun, 'durationMs'>> {
  const stop = new AbortController();
  const loading = runLoad({
    seed,
    urls: stage.urls,
    keys: stage.tenants.map(({ key }) => key),
    ...LOAD,
    stop: stop.signal,
  });
  const injection = await injectFaults(stage, planFaults({ seed, ...plan }), report);
  await delay(AFTER_MS);
  stop.abort();
  const { seen, requests, failedRequests } = await loading;
  const { settledMs, left } = await settle(stage, SETTLE_MS);
  const rows = await readRows(stage);
  const violations = [
    ...findViolations({ seen, rows, losses: injection.losses }),
    ...findMiscounts(rows, await readCounted(stage)),
    ...left.map((what) => `left after ${String(settledMs)} ms: ${what}`),
    ...stage.misconduct,
  ];
  return {
    seed,
    faults: Object.fromEntries(injection.counts),
    executions: rows.length,
    acknowledged: seen.filter(({ acknowledged }) => acknowledged.length > 0).length,
    ends: countBy(rows, ({ status, exitReason }) => (status === 'failed' ? String(exitReason) : status)),
    ranAgain: rows.filter(({ attempt }) => attempt > 1).length,
    cancelsTooLate: countCancelsTooLate(seen, rows),
    failedStarts: [...stage.apis, ...stage.workers].reduce((sum, member) => sum + member.failedStarts(), 0),
    requests,
    failedRequests,
    settledMs,
    violations,
  };
}

function countCancelsTooLate(seen: readonly Seen[], rows: readonly Row[]): number {
  const asked = new Set(seen.filter(({ cancelAsked }) => cancelAsked).map(({ task }) => task.number));
  return rows.filter(({ status, taskNumber }) => status === 'completed' && asked.has(taskNumber)).length;
}

function countBy(rows: readonly Row[], nameOf: (row: Row) => string): Record<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(nameOf(row), (counts.get(nameOf(row)) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** What to print for a failed round: how to run it again, what was done, what was found. */
export function explainFailure(run: FaultRun, plan: PlanOptions): string {
  return [
    `seed ${String(run.seed)} broke ${String(run.violations.length)} promises; again with:`,
    `npm run test:faults -- --seed ${String(plan.seed)} --faults ${String(plan.faults)} --gap ${String(plan.gapMs)}`,
    ...planFaults(plan).map(describeFault),
    ...run.violations.map((violation) => `✗ ${violation}`),
  ].join('\n');
}
