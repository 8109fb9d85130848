/** Makes the faults of a plan happen on a stage. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openRedis, type QueueRedis } from '../../shared/queue/connection.ts';
import { engine } from '../helpers/engine.ts';
import type { Loss } from './check.ts';
import type { Member } from './member.ts';
import { describeFault, FAULTS, type Fault } from './plan.ts';
import { pickFrom } from './random.ts';
import type { Stage } from './stage.ts';

/** Where Redis keeps its log, by version. */
const REDIS_LOG_FILES = ['appendonlydir', 'appendonly.aof', 'dump.rdb'];

type Action = { readonly target: string; readonly run: () => Promise<void> };

export type Injection = {
  readonly losses: readonly Loss[];
  /** Faults that were made, by kind. */
  readonly counts: ReadonlyMap<string, number>;
};

/** Resolves when every fault is over and everything is up again. Faults of one target follow each other; others overlap. */
export async function injectFaults(
  stage: Stage,
  plan: readonly Fault[],
  report: (line: string) => void,
): Promise<Injection> {
  const losses: Loss[] = [];
  const counts = new Map<string, number>();
  const busy = new Map<string, Promise<void>>();
  const startedMs = performance.now();
  const redisDirectory = await directoryOf(stage.observer);

  async function inject(fault: Fault): Promise<void> {
    await delay(Math.max(0, startedMs + fault.atMs - performance.now()));
    const { target, run } = actionOf(stage, fault, redisDirectory);
    const before = busy.get(target) ?? Promise.resolve();
    const done = before.then(() => timed(fault, run));
    busy.set(
      target,
      done.catch(() => undefined),
    );
    await done;
  }

  async function timed(fault: Fault, run: () => Promise<void>): Promise<void> {
    report(describeFault(fault));
    const fromMs = Date.now();
    try {
      await run();
      counts.set(fault.kind, (counts.get(fault.kind) ?? 0) + 1);
    } catch (error) {
      stage.misconduct.push(`${describeFault(fault)} could not be made: ${String(error)}`);
    } finally {
      if (FAULTS[fault.kind].loses) losses.push({ kind: fault.kind, fromMs, toMs: Date.now() });
    }
  }

  await Promise.all(plan.map(inject));
  return { losses, counts };
}

function actionOf(stage: Stage, fault: Fault, redisDirectory: string): Action {
  const { part } = FAULTS[fault.kind];
  switch (part) {
    case 'api':
      return onProcess(stage.apis, fault);
    case 'worker':
      return onProcess(stage.workers, fault);
    case 'redis':
      return { target: part, run: () => hurtRedis(stage, fault, redisDirectory) };
    case 'postgres':
      return { target: part, run: () => hurtPostgres(stage, fault) };
    case 'engine':
      return { target: part, run: () => cutEngine(stage, fault) };
    case 'container':
      return { target: `${part} ${String(fault.number)}`, run: () => killContainer(stage, fault) };
  }
}

function onProcess(members: readonly Member[], { kind, holdMs, pick }: Fault): Action {
  const member = pickFrom(members, pick);
  if (member === undefined) throw new Error('no process to hurt');
  return {
    target: member.name,
    async run() {
      if (kind.endsWith('-freeze')) {
        member.freeze();
        await delay(holdMs);
        member.thaw();
        return;
      }
      await (kind.endsWith('-kill') ? member.kill() : member.stop());
      await delay(holdMs);
      await member.startAgain();
    },
  };
}

async function hurtRedis({ redis }: Stage, { kind, holdMs }: Fault, directory: string): Promise<void> {
  if (kind === 'redis-freeze') {
    redis.freeze();
    await delay(holdMs);
    redis.thaw();
    return;
  }
  if (kind === 'redis-restart') await shutDown(redis.url);
  await redis.kill9();
  if (kind === 'redis-wipe') {
    for (const file of REDIS_LOG_FILES) rmSync(join(directory, file), { recursive: true, force: true });
  }
  await delay(holdMs);
  await redis.restart();
}

/** An orderly end: everything is written before the connections close. */
async function shutDown(url: string): Promise<void> {
  const connection = openRedis(url, 'blocking', () => undefined);
  const gone = new Promise((resolve) => connection.once('close', resolve));
  connection.shutdown().catch(() => undefined);
  await gone;
  connection.disconnect();
}

async function directoryOf(redis: QueueRedis): Promise<string> {
  const answer = await redis.config('GET', 'dir');
  const directory: unknown = Array.isArray(answer) ? answer[1] : undefined;
  if (typeof directory !== 'string') throw new Error('Redis does not say where its files are');
  return directory;
}

async function hurtPostgres({ postgres }: Stage, { kind, holdMs }: Fault): Promise<void> {
  if (kind === 'postgres-freeze') {
    postgres.freeze();
    await delay(holdMs);
    postgres.thaw();
    return;
  }
  await (kind === 'postgres-kill' ? postgres.kill9() : postgres.shutDown());
  await delay(holdMs);
  await postgres.restart();
}

async function cutEngine({ wire }: Stage, { holdMs }: Fault): Promise<void> {
  await wire.cut();
  await delay(holdMs);
  await wire.mend();
}

async function killContainer(stage: Stage, { pick }: Fault): Promise<void> {
  const running = (await stage.containers()).filter(({ state }) => state === 'running');
  const container = pickFrom(running, pick);
  if (container === undefined) return;
  // It may end or be removed at the same moment.
  await engine
    .getContainer(container.id)
    .kill({ signal: 'SIGKILL' })
    .catch(() => undefined);
}
