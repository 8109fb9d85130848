/**
 * `npm run soak [-- --minutes N]`: a light load for a long time; fails when anything grows that should stay flat.
 * After 11 minutes what Redis keeps for a while (live events: 10 minutes) comes and goes at the same rate. A shorter
 * run shows those measures and does not judge them.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { unlessAborted } from '../../shared/platform/deadline.ts';
import { findViolations } from '../faults/check.ts';
import { runLoad } from '../faults/load.ts';
import { readRows, settle } from '../faults/settle.ts';
import { openStage, type Stage } from '../faults/stage.ts';
import { measure } from './measure.ts';
import { judge, type Allowance, type Sample, type Trend } from './trend.ts';

const MINUTES = 30;
const MINUTE_MS = 60_000;
const SAMPLE_EVERY_MS = 10_000;
const REDIS_SETTLES_MS = 11 * MINUTE_MS;
const WARM_UP_SHARE = 0.4;
const SETTLE_MS = 30_000;
const STAGE = { apis: 1, workers: 1, slots: 2 };
const LOAD = { seed: 1, clients: 3, thinkMs: 400 };

const ALLOWANCES: readonly Allowance[] = [
  // A heap grows in steps until a full collection finds that it need not.
  { suffix: ' memory (MiB)', amount: 16, share: 0.15, settlesAfterMs: 0 },
  { suffix: ' descriptors', amount: 4, share: 0, settlesAfterMs: 0 },
  { suffix: 'containers', amount: 1, share: 0, settlesAfterMs: 0 },
  { suffix: 'redis keys that stay', amount: 3, share: 0, settlesAfterMs: 0 },
  { suffix: 'redis keys that expire', amount: 20, share: 0.1, settlesAfterMs: REDIS_SETTLES_MS },
  { suffix: 'table rows beyond those asked for', amount: 0, share: 0, settlesAfterMs: 0 },
  { suffix: 'table bytes per row', amount: 64, share: 0.1, settlesAfterMs: 0 },
];
/** Before the general one of memory: what expires is a part of it. */
const REDIS_MEMORY: Allowance = {
  suffix: 'redis memory (MiB)',
  amount: 1,
  share: 0.1,
  settlesAfterMs: REDIS_SETTLES_MS,
};

// At once: a fault that was under way when it was stopped may still wait for something.
process.exit(
  await main(process.argv.slice(2)).catch((error: unknown) => {
    write(error instanceof Error ? error.message : String(error));
    return 1;
  }),
);

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { minutes: { type: 'string' } } });
  const durationMs = z.coerce.number().min(1).default(MINUTES).parse(values.minutes) * MINUTE_MS;
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopping.abort(new Error(`stopped by ${signal}`));
    });
  }
  const stage = await openStage(STAGE);
  try {
    return await unlessAborted(soak(stage, durationMs), stopping.signal);
  } finally {
    await stage.stopProcesses();
    await stage.removeContainers();
    await stage.close();
  }
}

async function soak(stage: Stage, durationMs: number): Promise<number> {
  const stop = new AbortController();
  const loading = runLoad({ ...LOAD, urls: stage.urls, keys: stage.tenants.map(({ key }) => key), stop: stop.signal });
  const samples = await sampleFor(stage, durationMs);
  stop.abort();
  const { seen, failedRequests } = await loading;
  const { left } = await settle(stage, SETTLE_MS);
  const broken = [...findViolations({ seen, rows: await readRows(stage), losses: [] }), ...left, ...stage.misconduct];
  const warmUpMs = Math.min(REDIS_SETTLES_MS, durationMs * WARM_UP_SHARE);
  const trends = judge(samples, warmUpMs, [REDIS_MEMORY, ...ALLOWANCES]);
  for (const trend of trends) write(line(trend));
  for (const violation of broken) write(`✗ ${violation}`);
  const growing = trends.filter(({ verdict }) => verdict === 'growing').length;
  write(
    `${String(seen.length)} executions, ${String(failedRequests)} failed requests; ` +
      `${String(growing)} measures growing, ${String(broken.length)} promises broken`,
  );
  return growing + broken.length + failedRequests === 0 ? 0 : 1;
}

async function sampleFor(stage: Stage, durationMs: number): Promise<Sample[]> {
  const startedMs = performance.now();
  const samples: Sample[] = [];
  for (let dueMs = 0; dueMs <= durationMs; dueMs += SAMPLE_EVERY_MS) {
    await delay(Math.max(0, startedMs + dueMs - performance.now()));
    const sample = { atMs: Math.round(performance.now() - startedMs), values: await measure(stage) };
    samples.push(sample);
    write(JSON.stringify(sample));
  }
  return samples;
}

function line({ name, median, growth, allowed, verdict }: Trend): string {
  const limit = allowed === Infinity ? '' : `, allowed ${allowed.toFixed(1)}`;
  return `${verdict.padEnd(10)}  ${name}: median ${median.toFixed(1)}, growth ${growth.toFixed(2)}${limit}`;
}

function write(text: string): void {
  process.stdout.write(`${text}\n`);
}
