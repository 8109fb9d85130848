/** The api process. */
import { createLifecycle } from '../shared/platform/lifecycle.ts';
import { createLog } from '../shared/platform/log.ts';
import { dropPrivileges } from '../shared/platform/privileges.ts';
import { readConfig } from './config.ts';
import { openServer } from './open-server.ts';

async function main(): Promise<void> {
  const config = readConfig();
  const log = createLog('api', config.LOG_LEVEL);
  const lifecycle = createLifecycle((name, error) => {
    log.error({ name, err: error }, 'could not close');
  });
  let ending = false;
  const end = (reason: string, exitCode: number, error?: unknown) => {
    if (ending) return;
    ending = true;
    log[exitCode === 0 ? 'info' : 'fatal']({ reason, err: error }, 'ending');
    void lifecycle.close().then(() => process.exit(exitCode)); // closing reports its own failures and never rejects
  };
  process.once('SIGTERM', () => {
    end('SIGTERM', 0);
  });
  process.once('SIGINT', () => {
    end('SIGINT', 0);
  });
  process.on('uncaughtException', (error) => {
    end('uncaught exception', 1, error);
  });
  dropPrivileges({ user: config.SERVICE_USER });
  try {
    const { url } = await openServer({ config, log, lifecycle });
    log.info({ url }, 'listening');
  } catch (error) {
    end('could not start', 1, error);
  }
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
