/** Programs that the test runs, with what they printed. */
import { execFile, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

export const PROJECT_DIRECTORY = join(import.meta.dirname, '..', '..');

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
const TAIL_LINES = 25;

export type CommandOptions = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
};

const underWay = new Set<ChildProcess>();

/** Ends the programs that are running now; who waits for one sees it fail. */
export function breakOff(): void {
  for (const child of underWay) child.kill();
}

/**
 * @returns what it printed on stdout, trimmed
 * @throws Error with the last lines of what it printed, when it fails or takes too long
 */
export function run(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { cwd = PROJECT_DIRECTORY, env = {}, timeoutMs = 120_000 } = options;
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      [...args],
      { cwd, env: { ...process.env, ...env }, timeout: timeoutMs, maxBuffer: OUTPUT_BYTES_MAX },
      (error, stdout, stderr) => {
        underWay.delete(child);
        if (error === null) {
          resolve(stdout.trim());
          return;
        }
        const tail = `${stdout}${stderr}`.trim().split('\n').slice(-TAIL_LINES).join('\n');
        reject(new Error(`${program} ${args.slice(0, 4).join(' ')} failed\n${tail}`));
      },
    );
    underWay.add(child);
  });
}

/** The lines of what a program printed, without empty ones. */
export async function lines(program: string, args: readonly string[]): Promise<string[]> {
  return (await run(program, args)).split('\n').filter((line) => line !== '');
}
