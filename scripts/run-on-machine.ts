/** `npm run bench`, `soak`, `fuzz`, `outputs`, `screenshots`, `test:faults`, `test:compose`: sets up what the program needs and runs it. */
import { dirname } from 'node:path';
import { isRoot } from './setup/account.ts';
import { writeLine } from './setup/report.ts';
import { explain } from './setup/sentence.ts';
import { runAgainAsRoot, THROUGH_SUDO } from './setup/sudo.ts';
import { endAsked, takesRoot } from './tests/command-line.ts';
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

async function setUpAndRun(program: Program, args: readonly string[]): Promise<number> {
  const dockerHost = process.env['DOCKER_HOST'];
  const wanted = { ...program.needs, gvisor: process.env['SANDBOX_RUNTIME'] === 'runsc' };
  if (program.asRoot ? !isRoot() : await takesRoot(wanted, dockerHost)) {
    const status = await runAgainAsRoot(writeLine);
    if (status !== null) return status;
  }
  const signal = endAsked(args);
  const machine = createMachine({ project: PROJECT, dockerHost, dataDirectory: process.env['DATA_DIR'] });
  try {
    const env = await machine.provide(wanted);
    return await runProgram({
      project: PROJECT,
      file: program.file,
      args: args.filter((word) => word !== THROUGH_SUDO),
      env,
      signal,
      say: writeLine,
    });
  } finally {
    await machine.close();
  }
}
