/** The first stage of a start: everything that must be on the machine before a server runs. */
import { hasApt } from '../setup/apt-packages.ts';
import { findProgram } from '../setup/command.ts';
import { ensureDashboard } from '../setup/dashboard.ts';
import { ensureSandboxImage } from '../setup/image.ts';
import { providePackages, provideRunningEngine } from '../setup/provision.ts';
import { serverAccount } from '../setup/account.ts';
import { provideSharedDirectory } from '../setup/data-directory.ts';
import { provideAccounts } from '../setup/system-users.ts';
import { provideProgram, type Program } from './program-copy.ts';
import { API_USER, WORKER_USER } from './services.ts';
import type { Session } from './session.ts';

export type Provided = { readonly socketPath: string; readonly program: Program };

/** Provides packages, users, engine, image and program; each ends what it started with the session. */
export async function setUp({ project, config, paths, report, lifecycle, stop }: Session): Promise<Provided> {
  // Where Debian's packages cannot be had, the servers run as containers.
  const asContainer = (program: string) => !hasApt() && findProgram(program) === undefined;
  const wanted = {
    redis: config.redisUrl === undefined && !asContainer('redis-server'),
    postgres: config.databaseUrl === undefined && !asContainer('postgres'),
    engine: true,
    curl: false,
    gvisor: config.gvisor,
  };
  await providePackages(wanted, config.dockerHost, report);
  await report.step('system users', () => provideAccounts([API_USER, WORKER_USER]));
  await provideFiles(paths.files);
  stop.signal.throwIfAborted();
  const engine = await provideRunningEngine(config.dockerHost, { paths, gvisor: config.gvisor }, report);
  lifecycle.onClose('docker engine', engine.stop);
  stop.signal.throwIfAborted();
  await ensureSandboxImage({ socketPath: engine.socketPath, cacheDir: paths.imageCache, report: report.line });
  stop.signal.throwIfAborted();
  await report.step('dashboard', () => ensureDashboard(project));
  stop.signal.throwIfAborted();
  let program: Program = { directory: project, node: process.execPath, done: null };
  await report.step('program', async () => {
    program = await provideProgram(project, paths.program);
    return program.done;
  });
  return { socketPath: engine.socketPath, program };
}

/** The api writes the contents of files, the worker reads them. */
async function provideFiles(directory: string): Promise<void> {
  const [writer, reader] = [await serverAccount(API_USER), await serverAccount(WORKER_USER)];
  provideSharedDirectory(directory, writer && reader && { writer, reader });
}
