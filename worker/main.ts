/** Entry point of the worker: settings, privileges, signals. */
import { readFileSync } from 'node:fs';
import { createLog } from '../shared/platform/log.ts';
import { dropPrivileges } from '../shared/platform/privileges.ts';
import { startWorker } from './app.ts';
import { readConfig } from './config.ts';
import { seccompFor } from './sandbox/seccomp.ts';

const SECCOMP_PROFILE = new URL('../sandbox-image/seccomp.json', import.meta.url);

const config = readConfig();
const log = createLog('worker', config.logLevel);
const seccomp = seccompFor(config.runtime, readFileSync(SECCOMP_PROFILE, 'utf8'));
dropPrivileges({ user: config.serviceUser, groupOf: config.dockerSocket });

const worker = await startWorker({ config, log, seccomp });

function stopOn(signal: NodeJS.Signals, now: boolean): void {
  process.once(signal, () => {
    log.info({ signal }, 'stopping');
    void worker.stop(now).then(() => {
      log.info('stopped');
      process.exit(0);
    });
  });
}
stopOn('SIGTERM', false);
stopOn('SIGINT', true);
