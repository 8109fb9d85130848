/** Runs other programs to their end, and finds them. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Account } from './account.ts';

export type CommandOptions = {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Whom it runs as; only root may choose. */
  readonly account?: Account | undefined;
  /** Out of the terminal's process group: a Ctrl-C does not break it in the middle. */
  readonly detached?: boolean;
};

export type CommandResult = { readonly status: number; readonly stdout: string; readonly output: string };

/** Directories of system programs that the PATH of an ordinary user often lacks. */
const SYSTEM_DIRECTORIES = [
  '/usr/local/sbin',
  '/usr/sbin',
  '/sbin',
  '/usr/local/bin',
  '/usr/bin',
  '/bin',
  '/opt/homebrew/bin',
];

/** The absolute path of a program, or undefined when it is not installed. */
export function findProgram(name: string, path: string = process.env['PATH'] ?? ''): string | undefined {
  const directories = [...path.split(delimiter).filter((directory) => directory !== ''), ...SYSTEM_DIRECTORIES];
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a program and gives its exit status (127 when it cannot be run) and what it printed. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    cwd: options.cwd,
    detached: options.detached ?? false,
    ...(options.account === undefined ? {} : { uid: options.account.uid, gid: options.account.gid }),
  });
  let stdout = '';
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stdin.on('error', () => undefined); // A program that does not read its input may close it early.
  child.stdin.end(options.input ?? '');
  return new Promise((resolve) => {
    child.on('error', (error) => {
      resolve({ status: 127, stdout, output: error.message });
    });
    child.on('close', (status) => {
      resolve({ status: status ?? 1, stdout, output });
    });
  });
}
