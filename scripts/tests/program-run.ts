/** Runs one program to its end, and ends everything that it leaves behind. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { endGroup } from '../setup/process-group.ts';

/** A worker that is interrupted removes its containers. */
const LEFT_PATIENCE_MS = 30_000;

export type ProgramRun = {
  readonly project: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Aborted: the program is asked to end. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
};

/** @returns its exit status, as shells have it */
export async function runProgram({ project, file, args, env, signal, say }: ProgramRun): Promise<number> {
  if (signal.aborted) return 1;
  // In a process group of its own: it is asked to end once, by us, and what it leaves is found by the group.
  const child = spawn(process.execPath, [file, ...args], {
    cwd: project,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const stop = () => child.kill('SIGINT');
  signal.addEventListener('abort', stop, { once: true });
  const status = await new Promise<number>((resolve) => {
    child.once('error', (error) => {
      say(`${file} cannot be run: ${error.message}`);
      resolve(1);
    });
    child.once('exit', (code, name) => {
      resolve(name === null ? (code ?? 1) : 128 + constants.signals[name]);
    });
  });
  signal.removeEventListener('abort', stop);
  const left = child.pid === undefined ? 0 : await endGroup(child.pid, LEFT_PATIENCE_MS);
  if (left > 0) say(`${file}: ended ${String(left)} processes that it had left`);
  return status;
}
