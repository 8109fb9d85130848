/** One process of the service, as `npm start` would run it, with its log lines to wait for. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { eventually } from './eventually.ts';

const LINES_KEPT = 400;

export type LogLine = Readonly<Record<string, unknown>>;

export type ServiceProcess = {
  readonly pid: number;
  readonly lines: readonly string[];
  /** The first line whose `msg` is this; fails with the last lines when the process ends before. */
  readonly logged: (message: string) => Promise<LogLine>;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly isRunning: () => boolean;
  /** Resolves with the exit status, or the signal's name. */
  readonly ended: Promise<number | string>;
  /** Sends `signal` and waits for the end. */
  readonly end: (signal?: NodeJS.Signals) => Promise<number | string>;
};

export function startServiceProcess(
  main: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): ServiceProcess {
  const inherited = Object.fromEntries(['PATH', 'HOME', 'TMPDIR'].map((name) => [name, process.env[name] ?? '']));
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > LINES_KEPT) lines.shift();
    });
  }
  const ended = once(child, 'exit').then(([code, signal]: unknown[]) =>
    typeof code === 'number' ? code : String(signal),
  );
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid ?? -1,
    lines,
    isRunning,
    ended,
    signal: (signal) => {
      child.kill(signal);
    },
    async logged(message) {
      return eventually(
        () => {
          const found = lines.map(parseLine).find((line) => line['msg'] === message);
          if (found === undefined && !isRunning()) throw new Error(`${main} ended:\n${lines.slice(-20).join('\n')}`);
          return found;
        },
        { timeoutMs: 60_000, intervalMs: 20 },
      );
    },
    async end(signal = 'SIGTERM') {
      // A stopped process takes no other signal than a kill.
      if (isRunning()) {
        child.kill(signal);
        if (signal !== 'SIGKILL') child.kill('SIGCONT');
      }
      return ended;
    },
  };
}

function parseLine(line: string): LogLine {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
