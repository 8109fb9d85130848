/** One start of a server: from its preparation until it is ready. */
import { setTimeout as delay } from 'node:timers/promises';
import type { DataPaths } from './data-directory.ts';
import { lastLogLines } from './log-file.ts';
import { seconds } from './report.ts';
import { Sentence } from './sentence.ts';
import { startServerProcess, type ServerCommand, type ServerProcess, type StopPlan } from './server-process.ts';

export type ServerPlan = {
  readonly name: string;
  readonly stop: StopPlan;
  /** How long it may take to become ready. */
  readonly readyPatienceMs: number;
  /** Called before every start: writes configuration, chooses a port. */
  readonly prepare: () => Promise<Omit<ServerCommand, 'logFile' | 'pidFile'>>;
  readonly isReady: () => Promise<boolean>;
};

/** It ended by itself before it was ready: another try may go well. */
export class EndedEarly extends Sentence {}

const POLL_MS = 20;
const SHOWN_LOG_LINES = 5;

export function createServerStart(plan: ServerPlan, paths: DataPaths, signal: AbortSignal) {
  const logFile = paths.log(plan.name);

  function explained(what: string): string {
    const lines = lastLogLines(logFile, SHOWN_LOG_LINES).map((line) => `\n  | ${line}`);
    return `${plan.name}: ${what}; the end of ${logFile}:${lines.join('')}`;
  }

  async function untilReady(server: ServerProcess): Promise<void> {
    const deadline = performance.now() + plan.readyPatienceMs;
    while (!(await plan.isReady())) {
      if (server.hasEnded()) throw new EndedEarly(explained(`ended with ${await server.ended} before it was ready`));
      if (signal.aborted) throw new Sentence(`${plan.name}: stopped before it was ready`);
      if (performance.now() > deadline)
        throw new Sentence(explained(`was not ready after ${seconds(plan.readyPatienceMs)}`));
      await delay(POLL_MS);
    }
  }

  return {
    /** @throws Sentence with the last lines of its log when it does not become ready */
    async startOnce(): Promise<ServerProcess> {
      const server = await startServerProcess({ ...(await plan.prepare()), logFile, pidFile: paths.pid(plan.name) });
      try {
        await untilReady(server);
      } catch (error) {
        await server.stop(plan.stop);
        throw error;
      }
      return server;
    },
    /** A sentence about this server with the last lines of its log. */
    failure: (what: string): Sentence => new Sentence(explained(what)),
  };
}
