/** `npm test [unit|contract|integration|e2e|browser|gvisor|gvisor-attacks]…`: sets up what the suites need, runs them in turn, counts. */
import { dirname } from 'node:path';
import { seconds, writeLine } from './setup/report.ts';
import { explain } from './setup/sentence.ts';
import { runAgainAsRoot, THROUGH_SUDO } from './setup/sudo.ts';
import { endAsked, takesRoot } from './tests/command-line.ts';
import { createMachine, type Machine } from './tests/machine.ts';
import { runPythonTestsInImage } from './tests/python-in-sandbox-image.ts';
import { chooseSuites, SUITE_NEEDS, SUITES, type Suite } from './tests/suites.ts';
import { add, closingLine, NO_TESTS, ONE_FAILURE, type Tally } from './tests/tally.ts';
import { findPython, runJest, runPythonTests } from './tests/test-program.ts';

const PROJECT = dirname(import.meta.dirname);

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const names = args.filter((word) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(word));
  const suites = chooseSuites(names);
  if (suites === undefined) {
    writeLine(`Say which tests: ${SUITES.join(', ')}, or none for all.`);
    return 1;
  }
  const dockerHost = process.env['DOCKER_HOST'];
  if (await takeRoot(suites, names, dockerHost)) {
    const status = await runAgainAsRoot(writeLine);
    if (status !== null) return status;
  }
  const ending = endAsked(args);
  const machine = createMachine({ project: PROJECT, dockerHost, dataDirectory: process.env['DATA_DIR'] });
  let total = NO_TESTS;
  try {
    for (const suite of suites) if (!ending.aborted) total = add(total, await runSuite(suite, machine, ending, args));
  } finally {
    await machine.close();
  }
  writeLine(closingLine(total));
  return total.failed > 0 || ending.aborted ? 1 : 0;
}

/** A suite that may be left out is no reason. */
async function takeRoot(suites: readonly Suite[], names: readonly string[], dockerHost: string | undefined) {
  const firm = suites.filter((suite) => SUITE_NEEDS[suite].gvisor !== true || names.includes(suite));
  for (const suite of firm) if (await takesRoot(SUITE_NEEDS[suite], dockerHost)) return true;
  return false;
}

async function runSuite(suite: Suite, machine: Machine, signal: AbortSignal, args: readonly string[]): Promise<Tally> {
  let tally = NO_TESTS;
  let startedMs = performance.now();
  try {
    const wanted = SUITE_NEEDS[suite];
    const without = wanted.gvisor === true && !args.includes(suite) ? await machine.withoutGvisor() : undefined;
    if (without !== undefined) {
      writeLine(`${suite}: left out: ${without}`);
      return NO_TESTS;
    }
    const env = await machine.provide(wanted);
    // Setting up has lines of its own.
    startedMs = performance.now();
    tally = add(tally, await runRunnerTests(suite, machine));
    const jestArgs = args.filter((word) => word !== THROUGH_SUDO && !SUITES.some((name) => name === word));
    tally = add(tally, await runJest({ project: PROJECT, suite, env, signal, args: jestArgs }));
  } catch (error) {
    writeLine(`${suite}: ${explain(error)}`);
    tally = add(tally, ONE_FAILURE);
  }
  writeLine(`${suite}: ${closingLine(tally)} in ${seconds(performance.now() - startedMs)}`);
  return tally;
}

/** The runner's own tests: with the unit tests where the machine has a Python, otherwise in the image. */
async function runRunnerTests(suite: Suite, machine: Machine): Promise<Tally> {
  if (suite !== 'unit' && suite !== 'e2e') return NO_TESTS;
  const python = await findPython();
  if (python !== undefined) return suite === 'unit' ? runPythonTests(python, PROJECT) : NO_TESTS;
  const socketPath = machine.engineSocket();
  return suite === 'e2e' && socketPath !== undefined ? runPythonTestsInImage(socketPath, PROJECT) : NO_TESTS;
}
