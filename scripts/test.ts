/** `npm test [unit|contract|integration|e2e]…`: sets up what the suites need, runs them in turn, counts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isRoot } from './setup/account.ts';
import { chooseDataDirectory, dataPaths, isOpenToAll, provideDataDirectory } from './setup/data-directory.ts';
import type { Engine } from './setup/engine.ts';
import { engineSocket } from './setup/engine.ts';
import { ensureSandboxImage } from './setup/image.ts';
import { providePackages, provideRunningEngine } from './setup/provision.ts';
import { createReport, seconds, writeLine } from './setup/report.ts';
import { explain } from './setup/sentence.ts';
import { needsRoot, onEndOfSudo, runAgainAsRoot, THROUGH_SUDO } from './setup/sudo.ts';
import { runPythonTestsInImage } from './tests/python-in-sandbox-image.ts';
import { chooseSuites, SUITE_NEEDS, SUITES, type Suite } from './tests/suites.ts';
import { add, closingLine, NO_TESTS, ONE_FAILURE, type Tally } from './tests/tally.ts';
import { findPython, runJest, runPythonTests } from './tests/test-program.ts';

const PROJECT = dirname(import.meta.dirname);

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const names = args.filter((word) => /^[a-z0-9]+$/.test(word));
  const suites = chooseSuites(names);
  if (suites === undefined) {
    writeLine(`Say which tests: ${SUITES.join(', ')}, or none for all.`);
    return 1;
  }
  const dockerHost = process.env['DOCKER_HOST'];
  if (suites.includes('e2e') && (await needsRoot(engineSocket(dockerHost), undefined))) {
    const status = await runAgainAsRoot(writeLine);
    if (status !== null) return status;
  }
  const stopping = new AbortController();
  const stop = () => {
    stopping.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  onEndOfSudo(args, stop);
  const machine = createMachine(dockerHost);
  let total = NO_TESTS;
  try {
    for (const suite of suites)
      if (!stopping.signal.aborted) total = add(total, await runSuite(suite, machine, stopping.signal, args));
  } finally {
    await machine.close();
  }
  writeLine(closingLine(total));
  return total.failed > 0 || stopping.signal.aborted ? 1 : 0;
}

async function runSuite(suite: Suite, machine: Machine, signal: AbortSignal, args: readonly string[]): Promise<Tally> {
  let tally = NO_TESTS;
  let startedMs = performance.now();
  try {
    const env = await machine.provide(suite);
    // Setting up has lines of its own.
    startedMs = performance.now();
    tally = add(tally, await machine.runnerTests(suite));
    const jestArgs = args.filter((word) => word !== THROUGH_SUDO && !SUITES.some((name) => name === word));
    tally = add(tally, await runJest({ project: PROJECT, suite, env, signal, args: jestArgs }));
  } catch (error) {
    writeLine(`${suite}: ${explain(error)}`);
    tally = add(tally, ONE_FAILURE);
  }
  writeLine(`${suite}: ${closingLine(tally)} in ${seconds(performance.now() - startedMs)}`);
  return tally;
}

type Machine = ReturnType<typeof createMachine>;

/** What the tests have been given on this machine; what was started for them ends with them. */
function createMachine(dockerHost: string | undefined) {
  const report = createReport(writeLine);
  // Logs and the like of what is started for the tests alone: an engine of a running service is never taken for ours.
  const scratch = mkdtempSync(join(tmpdir(), 'test-machine-'));
  const asked = process.env['DATA_DIR'];
  const dataDirectory = chooseDataDirectory({ asked, project: PROJECT, root: isRoot(), isOpen: isOpenToAll });
  let engine: Engine | undefined;
  let python: string | undefined;

  async function provideEngineAndImage(): Promise<Engine> {
    engine ??= await provideRunningEngine(dockerHost, provideDataDirectory(scratch), report);
    await ensureSandboxImage({
      socketPath: engine.socketPath,
      cacheDir: dataPaths(dataDirectory).imageCache,
      report: report.line,
    });
    return engine;
  }

  return {
    /** @returns what the suite's tests are told by their environment */
    async provide(suite: Suite): Promise<Record<string, string>> {
      const wanted = SUITE_NEEDS[suite];
      await providePackages(wanted, dockerHost, report);
      if (!wanted.engine) return {};
      const { socketPath } = await provideEngineAndImage();
      return { DOCKER_SOCKET: socketPath, DOCKER_HOST: `unix://${socketPath}` };
    },
    /** The runner's own tests: with the unit tests where the machine has a Python, otherwise in the image. */
    async runnerTests(suite: Suite): Promise<Tally> {
      if (suite === 'unit' || suite === 'e2e') python ??= await findPython();
      if (suite === 'unit' && python !== undefined) return runPythonTests(python, PROJECT);
      if (suite === 'e2e' && python === undefined && engine !== undefined)
        return runPythonTestsInImage(engine.socketPath, PROJECT);
      return NO_TESTS;
    },
    async close(): Promise<void> {
      await engine?.stop();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}
