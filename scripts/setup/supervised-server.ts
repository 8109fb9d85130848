/** Keeps one server running: starts it, starts it again when it dies, ends it when asked. */
import { setTimeout as delay } from 'node:timers/promises';
import type { DataPaths } from './data-directory.ts';
import { boundLog, rotateLog } from './log-file.ts';
import { seconds } from './report.ts';
import { restartDelay } from './restart-policy.ts';
import { Sentence } from './sentence.ts';
import { createServerStart, EndedEarly, type ServerPlan } from './server-start.ts';
import type { ServerProcess } from './server-process.ts';

export type SupervisedServer = { readonly stop: () => Promise<void> };

export type Supervision = {
  readonly plan: ServerPlan;
  readonly paths: DataPaths;
  readonly say: (line: string) => void;
  /** Told when the server cannot be kept running. */
  readonly giveUp: (error: Sentence) => void;
  /** Aborted while the first start is under way: it is given up. */
  readonly signal: AbortSignal;
};

/** First starts can meet a taken port or what a killed server left; more tries would not help. */
const FIRST_STARTS_MAX = 4;

/**
 * Starts it and resolves when it is ready; `endLeftServers` comes first.
 * @throws Sentence with its last log lines when it does not become ready
 */
export async function superviseServer({ plan, paths, say, giveUp, signal }: Supervision): Promise<SupervisedServer> {
  const stopping = new AbortController();
  const { startOnce, failure } = createServerStart(plan, paths, AbortSignal.any([signal, stopping.signal]));
  rotateLog(paths.log(plan.name));

  let current = await firstStart(startOnce);
  const stopWatchingLog = boundLog(paths.log(plan.name));
  const watch = keepRunning();

  async function keepRunning(): Promise<void> {
    const endedAtMs: number[] = [];
    let how = await current.ended;
    while (!stopping.signal.aborted) {
      endedAtMs.push(performance.now());
      const delayMs = restartDelay(endedAtMs, performance.now());
      if (delayMs === null) return giveUp(failure(`ended again and again, now with ${how}`));
      say(`${failure(`ended unexpectedly with ${how}`).message}\n${plan.name}: starts again in ${seconds(delayMs)}`);
      await delay(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      const next = await startAgain();
      if (next instanceof Sentence) return giveUp(next);
      how = next;
    }
  }

  /** How the new process ended in its turn, or why there is none and will be none. */
  async function startAgain(): Promise<string | Sentence> {
    try {
      current = await startOnce();
    } catch (error) {
      if (error instanceof EndedEarly) return 'an end before it was ready';
      return error instanceof Sentence ? error : failure(`cannot be started again (${String(error)})`);
    }
    if (stopping.signal.aborted) await current.stop(plan.stop);
    else say(`${plan.name}: runs again`);
    return current.ended;
  }

  return {
    stop: async () => {
      stopping.abort();
      await current.stop(plan.stop);
      await watch;
      stopWatchingLog();
    },
  };
}

async function firstStart(startOnce: () => Promise<ServerProcess>): Promise<ServerProcess> {
  for (let starts = 1; ; starts += 1) {
    try {
      return await startOnce();
    } catch (error) {
      if (starts === FIRST_STARTS_MAX || !(error instanceof EndedEarly)) throw error;
      await delay(250 * starts);
    }
  }
}
