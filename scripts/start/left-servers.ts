/** A start that was killed leaves its servers running: they are ended before new ones take their place. */
import type { DataPaths } from '../setup/data-directory.ts';
import { POSTGRES_STOP } from '../setup/private-postgres.ts';
import { REDIS_STOP } from '../setup/private-redis.ts';
import { stopRemembered } from '../setup/server-process.ts';
import { API_STOP, WORKER_STOP } from './services.ts';

/** In the order in which a service ends. */
const SERVERS = [
  { name: 'api', stop: API_STOP },
  { name: 'worker', stop: WORKER_STOP },
  { name: 'redis', stop: REDIS_STOP },
  { name: 'postgres', stop: POSTGRES_STOP },
] as const;

export async function endLeftServers(paths: DataPaths, say: (line: string) => void): Promise<void> {
  for (const { name, stop } of SERVERS) {
    const pid = await stopRemembered(paths.pid(name), stop);
    if (pid !== null) say(`${name}: ended process ${String(pid)}, left by a start that was killed`);
  }
}
