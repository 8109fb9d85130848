import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { identify } from '../../../scripts/setup/process-identity.ts';
import { endGroup, membersOf } from '../../../scripts/setup/process-group.ts';
import { findProgramToRun, PROGRAM_NAMES } from '../../../scripts/tests/programs.ts';
import { runProgram } from '../../../scripts/tests/program-run.ts';
import { eventually } from '../../helpers/eventually.ts';

const PROJECT = join(import.meta.dirname, '..', '..', '..');

describe('programs: choice', () => {
  it.each([undefined, 'benc', 'constructor'])('is none for %s', (name) => {
    expect(findProgramToRun(name)).toBeUndefined();
  });
  it.each(PROGRAM_NAMES)('%s is a file, and a command of the bootstrap', (name) => {
    expect(existsSync(join(PROJECT, findProgramToRun(name)?.file ?? ''))).toBe(true);
    const bootstrap = readFileSync(join(PROJECT, 'scripts', 'bootstrap.mjs'), 'utf8');
    expect(bootstrap).toContain(`${name}: ['scripts/run-on-machine.ts', '${name}']`);
  });
});

describe('commands of package.json', () => {
  const Package = z.object({ scripts: z.record(z.string(), z.string()) });
  const { scripts } = Package.parse(JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')));
  const commands = Object.entries(scripts).filter(([, command]) => command.includes('bootstrap.mjs'));

  // npm signals the shell that it starts, and a shell that waits for its command keeps the signal to itself.
  it.each(commands)('%s takes the place of the shell, so that signals reach it', (_name, command) => {
    expect(command).toMatch(/^exec node scripts\/bootstrap\.mjs /);
  });
});

describe('program run', () => {
  let project: string;
  let stopping: AbortController;
  let said: string[];
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'program-run-'));
    stopping = new AbortController();
    said = [];
  });
  afterEach(() => {
    rmSync(project, { recursive: true, force: true });
  });

  const run = (script: string, args: readonly string[] = []) => {
    writeFileSync(join(project, 'program.mjs'), script);
    const say = (line: string) => said.push(line);
    return runProgram({ project, file: 'program.mjs', args, env: { GIVEN: '7' }, signal: stopping.signal, say });
  };
  const written = (name: string) => existsSync(join(project, name)) && readFileSync(join(project, name), 'utf8');

  it('gives the program its words and environment, and its exit status back', async () => {
    const status = await run('process.exit(Number(process.env.GIVEN) + Number(process.argv[2]))', ['5']);
    expect([status, said]).toEqual([12, []]);
  });

  it('ends with 128 and the number of the signal that ended the program', async () => {
    expect(await run("process.kill(process.pid, 'SIGKILL')")).toBe(137);
  });

  it('asks the program once to end, and waits for it', async () => {
    const running = run(`
      import { appendFileSync } from 'node:fs';
      process.on('SIGINT', () => {
        appendFileSync('asked', 'once ');
        setTimeout(() => process.exit(3), 50);
      });
      setInterval(() => {}, 1000);
      appendFileSync('started', 'yes');`);
    await eventually(() => written('started') === 'yes');
    stopping.abort();
    expect(await running).toBe(3);
    expect(written('asked')).toBe('once ');
  });

  it('runs nothing when it was stopped before', async () => {
    stopping.abort();
    expect(await run("import { writeFileSync } from 'node:fs'; writeFileSync('started', 'yes')")).toBe(1);
    expect(written('started')).toBe(false);
  });

  it('ends what a killed program leaves running', async () => {
    await run(`
      import { spawn } from 'node:child_process';
      import { writeFileSync } from 'node:fs';
      const left = spawn('sleep', ['600'], { stdio: 'ignore' });
      writeFileSync('left', String(left.pid));
      process.kill(process.pid, 'SIGKILL');`);
    expect(said).toEqual(['program.mjs: ended 1 processes that it had left']);
    expect(identify(Number(written('left')))).toBeUndefined();
  });
});

describe('process group', () => {
  it('kills what an interrupt does not end', async () => {
    const shell = spawn('sh', ['-c', "trap '' INT; echo ready; while :; do sleep 600; done"], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => shell.stdout.once('data', resolve));
    const group = shell.pid ?? 0;
    await eventually(() => membersOf(group).length === 2);
    expect(await endGroup(group, 100)).toBe(2);
    await eventually(() => membersOf(group).length === 0);
  });

  it('finds nobody in a group that is no more', async () => {
    const program = spawn('true', { detached: true });
    await new Promise((resolve) => program.once('exit', resolve));
    expect(await endGroup(program.pid ?? 0, 100)).toBe(0);
  });
});
