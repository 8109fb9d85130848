/** A server process of ours: remembered in a file, so that a later start finds what a killed one left. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, rmSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Account } from './account.ts';
import { identify, isAlive } from './process-identity.ts';

export type ServerCommand = {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly account: Account | undefined;
  /** Appended to; holds standard output and error. */
  readonly logFile: string;
  readonly pidFile: string;
};

export type StopPlan = {
  readonly signal: NodeJS.Signals;
  /** How long it may take to end by itself before it is killed. */
  readonly patienceMs: number;
};

export type ServerProcess = {
  readonly pid: number;
  /** Resolves when it has ended, with what to say about it: `exit status 1`, `SIGKILL`. */
  readonly ended: Promise<string>;
  readonly hasEnded: () => boolean;
  readonly stop: (plan: StopPlan) => Promise<void>;
};

const Identity = z.object({ pid: z.int(), startedAt: z.string() });

const POLL_MS = 20;

/** Starts it in a session of its own: signals of the terminal do not reach it, so that servers end in their order. */
export async function startServerProcess(command: ServerCommand): Promise<ServerProcess> {
  const log = openSync(command.logFile, 'a', 0o600);
  const child = spawn(command.program, command.args, {
    cwd: command.cwd,
    env: { ...command.env },
    detached: true,
    stdio: ['ignore', log, log],
    ...(command.account === undefined ? {} : { uid: command.account.uid, gid: command.account.gid }),
  });
  closeSync(log);
  const ended = endOf(child);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const pid = child.pid ?? 0;
  writeFileSync(command.pidFile, JSON.stringify(identify(pid) ?? { pid, startedAt: '' }), { mode: 0o600 });
  let over = false;
  const forgotten = ended.then((how) => {
    over = true;
    rmSync(command.pidFile, { force: true });
    return how;
  });
  return {
    pid,
    ended: forgotten,
    hasEnded: () => over,
    stop: async ({ signal, patienceMs }) => {
      if (over) return;
      child.kill(signal);
      const impatience = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      await forgotten;
      clearTimeout(impatience);
    },
  };
}

/**
 * Stops the process that `pidFile` remembers, if it still lives.
 * @returns its pid, or null when there was none
 */
export async function stopRemembered(pidFile: string, { signal, patienceMs }: StopPlan): Promise<number | null> {
  const identity = readIdentity(pidFile);
  if (identity === undefined || !isAlive(identity)) {
    rmSync(pidFile, { force: true });
    return null;
  }
  const deadline = performance.now() + patienceMs;
  process.kill(identity.pid, signal);
  let killed = false;
  while (isAlive(identity)) {
    if (!killed && performance.now() > deadline) {
      process.kill(identity.pid, 'SIGKILL');
      killed = true;
    }
    await delay(POLL_MS);
  }
  rmSync(pidFile, { force: true });
  return identity.pid;
}

/** The live process that `pidFile` remembers. */
export function readRemembered(pidFile: string): number | undefined {
  const identity = readIdentity(pidFile);
  return identity !== undefined && isAlive(identity) ? identity.pid : undefined;
}

function readIdentity(pidFile: string): z.infer<typeof Identity> | undefined {
  try {
    return Identity.parse(JSON.parse(readFileSync(pidFile, 'utf8')));
  } catch {
    return undefined;
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('exit', (status, signal) => {
      resolve(signal ?? `exit status ${String(status)}`);
    });
  });
}
