/** What tests and measurements are given on this machine; what was started for them ends with them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRoot } from '../setup/account.ts';
import { hasApt } from '../setup/apt-packages.ts';
import { findProgram } from '../setup/command.ts';
import { chooseDataDirectory, dataPaths, isOpenToAll, provideDataDirectory } from '../setup/data-directory.ts';
import { engineSocket, type Engine } from '../setup/engine.ts';
import { gvisorArgs, knowsGvisor } from '../setup/gvisor.ts';
import { ensureDashboard } from '../setup/dashboard.ts';
import { ensureSandboxImage } from '../setup/image.ts';
import { startPrivateEngine } from '../setup/private-engine.ts';
import { providePackages, provideRunningEngine, type Wanted } from '../setup/provision.ts';
import { createReport, writeLine } from '../setup/report.ts';
import { explain } from '../setup/sentence.ts';
import { SUITE_NEEDS } from './suites.ts';

export type Machine = ReturnType<typeof createMachine>;

export type MachineSettings = {
  readonly project: string;
  readonly dockerHost: string | undefined;
  /** The data directory that is asked for; the image's cache is in it. */
  readonly dataDirectory: string | undefined;
};

export function createMachine({ project, dockerHost, dataDirectory: asked }: MachineSettings) {
  const report = createReport(writeLine);
  // Logs and the like of what is started for the tests alone: an engine of a running service is never taken for ours.
  const scratch = mkdtempSync(join(tmpdir(), 'test-machine-'));
  const dataDirectory = chooseDataDirectory({ asked, project, root: isRoot(), isOpen: isOpenToAll });
  const cacheDir = dataPaths(dataDirectory).imageCache;
  let engine: Engine | undefined;
  let gvisorEngine: Engine | undefined;

  async function provideEngine(): Promise<string> {
    engine ??= await provideRunningEngine(dockerHost, { paths: provideDataDirectory(scratch) }, report);
    return engine.socketPath;
  }

  /** The machine's own where that knows gVisor, otherwise one beside it. */
  async function provideGvisorEngine(): Promise<string> {
    const own = engineSocket(dockerHost);
    if (await knowsGvisor(own)) return own;
    await report.step('docker engine with gVisor', async () => {
      gvisorEngine ??= await startPrivateEngine(join(scratch, 'gvisor'), gvisorArgs(scratch, {}));
      return gvisorEngine.done;
    });
    return gvisorEngine?.socketPath ?? own;
  }

  return {
    /** @returns what the programs that need it are told by their environment */
    async provide(wanted: Wanted): Promise<Record<string, string>> {
      await providePackages(wanted, dockerHost, report);
      if (wanted.browser === true) await report.step('dashboard', () => ensureDashboard(project));
      if (!wanted.engine) return {};
      const socketPath = wanted.gvisor === true ? await provideGvisorEngine() : await provideEngine();
      await ensureSandboxImage({ socketPath, cacheDir, report: report.line });
      return {
        ...{ DOCKER_SOCKET: socketPath, DOCKER_HOST: `unix://${socketPath}` },
        SANDBOX_RUNTIME: wanted.gvisor === true ? 'runsc' : 'runc',
      };
    },
    /** Why nothing can run under gVisor on this machine; undefined where it can. */
    async withoutGvisor(): Promise<string | undefined> {
      if (await knowsGvisor(engineSocket(dockerHost))) return undefined;
      if (process.platform !== 'linux') return 'it is for Linux';
      if (!isRoot()) return 'the engine does not know it, and only root can start one that does';
      if (findProgram('runsc') === undefined && !hasApt()) return 'it is not installed, and there is no apt';
      // Not every release has the package, and not for every processor.
      return providePackages(SUITE_NEEDS.gvisor, dockerHost, report).then(() => undefined, explain);
    },
    /** The socket of the engine, once it was provided. */
    engineSocket: (): string | undefined => engine?.socketPath,
    async close(): Promise<void> {
      await gvisorEngine?.stop();
      await engine?.stop();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}
