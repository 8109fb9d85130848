/** `npm run bench`, `soak`, `fuzz`, `test:faults`, `test:compose`: sets up what the program needs and runs it. */
import { dirname } from 'node:path';
import { isRoot } from './setup/account.ts';
import { engineSocket } from './setup/engine.ts';
import { writeLine } from './setup/report.ts';
import { explain } from './setup/sentence.ts';
import { needsRoot, onEndOfSudo, runAgainAsRoot, THROUGH_SUDO } from './setup/sudo.ts';
import { createMachine } from './tests/machine.ts';
import { findProgramToRun, PROGRAM_NAMES, type Program } from './tests/programs.ts';
import { runProgram } from './tests/program-run.ts';

const PROJECT = dirname(import.meta.dirname);

process.exitCode = await main(process.argv.slice(2));

async function main([name, ...args]: readonly string[]): Promise<number> {
  const program = findProgramToRun(name);
  if (program === undefined) {
    writeLine(`Say what to run: ${PROGRAM_NAMES.join(', ')}.`);
    return 1;
  }
  try {
    return await setUpAndRun(program, args);
  } catch (error) {
    writeLine(explain(error));
    return 1;
  }
}

async function mustBeRoot({ asRoot, needs }: Program, dockerHost: string | undefined): Promise<boolean> {
  if (asRoot) return !isRoot();
  return needs.engine && (await needsRoot(engineSocket(dockerHost), undefined));
}

async function setUpAndRun(program: Program, args: readonly string[]): Promise<number> {
  const dockerHost = process.env['DOCKER_HOST'];
  if (await mustBeRoot(program, dockerHost)) {
    const status = await runAgainAsRoot(writeLine);
    if (status !== null) return status;
  }
  const stopping = new AbortController();
  const stop = () => {
    stopping.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  onEndOfSudo(args, stop);
  const machine = createMachine({ project: PROJECT, dockerHost, dataDirectory: process.env['DATA_DIR'] });
  try {
    const env = await machine.provide({ ...program.needs, gvisor: process.env['SANDBOX_RUNTIME'] === 'runsc' });
    return await runProgram({
      project: PROJECT,
      file: program.file,
      args: args.filter((word) => word !== THROUGH_SUDO),
      env,
      signal: stopping.signal,
      say: writeLine,
    });
  } finally {
    await machine.close();
  }
}
