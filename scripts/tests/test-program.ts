/** Runs the test programs: jest for TypeScript, unittest for the runner's Python. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, runCommand } from '../setup/command.ts';
import { endGroup } from '../setup/process-group.ts';
import { SUITE_NEEDS, type Suite } from './suites.ts';
import { ONE_FAILURE, readJestReport, readUnittestOutput, type Tally } from './tally.ts';

/** A suite that hangs must not hang whoever waits for it. */
const SUITE_TIME_MAX_MS = 45 * 60_000;
/** From its report to its end: what a test leaves open would keep it for ever. */
const EXIT_MS_MAX = 10_000;
const POLL_MS = 100;
/** Of the cores: each of these tests has servers of its own beside it. */
const HALF = ['--maxWorkers=50%'];
/** Workers that are interrupted remove their containers. */
const LEFT_PATIENCE_MS = 30_000;
const PYTHON_MEMORY_KIB_MAX = 2 * 1024 * 1024;
const PYTHON_TIME_MAX_S = 300;
const PYTHON_TESTS = ['-m', 'unittest', 'discover', '-s', 'sandbox-image/tests'];

export type JestRun = {
  readonly project: string;
  readonly suite: Suite;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Further words for jest, such as a file's path. */
  readonly args: readonly string[];
  readonly exitMsMax?: number;
};

export async function runJest(run: JestRun): Promise<Tally> {
  const { project, suite, env, signal, args, exitMsMax = EXIT_MS_MAX } = run;
  const scratch = mkdtempSync(join(tmpdir(), 'test-report-'));
  const report = join(scratch, 'report.json');
  const jest = join(project, 'node_modules', 'jest', 'bin', 'jest.js');
  const sideBySide = SUITE_NEEDS[suite].engine ? ['--runInBand'] : SUITE_NEEDS[suite].redis ? HALF : [];
  const child = spawn(
    process.execPath,
    [
      ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, '--selectProjects', suite],
      ...['--json', '--outputFile', report, ...sideBySide, ...args],
    ],
    {
      cwd: project,
      env: { ...process.env, ...env },
      // What --json prints is the report once more; everything for people goes to standard error.
      stdio: ['ignore', 'ignore', 'inherit'],
      // A group of its own: jest that is ended leaves the services that its tests had started.
      detached: true,
    },
  );
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  let latestMs = performance.now() + SUITE_TIME_MAX_MS;
  const watching = setInterval(() => {
    const nowMs = performance.now();
    if (existsSync(report)) latestMs = Math.min(latestMs, nowMs + exitMsMax);
    if (nowMs > latestMs) child.kill('SIGKILL');
  }, POLL_MS);
  const endedWell = await new Promise<boolean>((resolve) => {
    child.once('error', () => {
      resolve(false);
    });
    child.once('exit', (status) => {
      resolve(status === 0);
    });
  });
  clearInterval(watching);
  signal.removeEventListener('abort', stop);
  if (child.pid !== undefined) await endGroup(child.pid, LEFT_PATIENCE_MS);
  const tally = readJestReport(readText(report));
  rmSync(scratch, { recursive: true, force: true });
  return endedWell || tally.failed > 0 ? tally : { ...tally, failed: 1 };
}

/** A Python on this machine that can run the runner's tests, if there is one. */
export async function findPython(): Promise<string | undefined> {
  const program = findProgram('python3');
  // The runner leans on Linux throughout: elsewhere its tests run in the image.
  if (program === undefined || process.platform !== 'linux') return undefined;
  const { status } = await runCommand(program, ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))']);
  return status === 0 ? program : undefined;
}

export async function runPythonTests(python: string, project: string): Promise<Tally> {
  // The runner's code ends up in a container with little memory; a mistake in it must not eat the machine's.
  const limited = `ulimit -v ${String(PYTHON_MEMORY_KIB_MAX)}; exec "$@"`;
  const result = await runCommand(
    'timeout',
    [String(PYTHON_TIME_MAX_S), 'sh', '-c', limited, 'sh', python, ...PYTHON_TESTS],
    {
      cwd: project,
      env: { PYTHONDONTWRITEBYTECODE: '1' },
    },
  );
  const tally = readUnittestOutput(result.output);
  process.stderr.write(result.output);
  return result.status === 0 || tally.failed > 0 ? tally : ONE_FAILURE;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
