/** The private Redis: durable to the second, on 127.0.0.1 with a generated password. */
import { chownSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { serverAccount } from './account.ts';
import { findProgram } from './command.ts';
import { providePrivateDirectory, type DataPaths } from './data-directory.ts';
import { localPort } from './ports.ts';
import type { SecretStore } from './secrets.ts';
import { Sentence } from './sentence.ts';
import type { ServerPlan } from './server-start.ts';

/** Redis writes what it has and ends. */
export const REDIS_STOP = { signal: 'SIGTERM', patienceMs: 15_000 } as const;

export async function privateRedis(paths: DataPaths, secrets: SecretStore): Promise<ServerPlan> {
  const account = await serverAccount('redis');
  const program = findProgram('redis-server');
  if (program === undefined) throw new Sentence('redis-server is not installed.');
  const configFile = join(paths.redis, 'redis.conf');
  const password = secrets.get().redis_password;
  return {
    name: 'redis',
    stop: REDIS_STOP,
    readyPatienceMs: 30_000,
    prepare: async () => {
      const port = await localPort(secrets.get().redis_port);
      secrets.rememberPort('redis_port', port);
      providePrivateDirectory(paths.redis, account);
      writeFileSync(configFile, redisConfiguration({ port, password, directory: paths.redis }), { mode: 0o600 });
      if (account !== undefined) chownSync(configFile, account.uid, account.gid);
      return {
        program,
        args: [configFile],
        env: { LC_ALL: 'C.UTF-8', PATH: process.env['PATH'] },
        cwd: paths.redis,
        account,
      };
    },
    isReady: () => answersPing(secrets.get().redis_port ?? 0, password),
  };
}

export function redisUrl(secrets: SecretStore): string {
  const { redis_password: password, redis_port: port } = secrets.get();
  return `redis://:${password}@127.0.0.1:${String(port)}`;
}

export function redisConfiguration({
  port,
  password,
  directory,
}: {
  readonly port: number;
  readonly password: string;
  readonly directory: string;
}): string {
  return [
    'bind 127.0.0.1',
    `port ${String(port)}`,
    'protected-mode yes',
    `requirepass ${password}`,
    `dir ${JSON.stringify(directory)}`,
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    'daemonize no',
    'logfile ""',
    '',
  ].join('\n');
}

const PING_TIMEOUT_MS = 2_000;

/** Whether a Redis at `port` takes the password and has loaded its data. */
export function answersPing(port: number, password: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    let answer = '';
    const end = (ready: boolean): void => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(PING_TIMEOUT_MS, () => {
      end(false);
    });
    socket.setEncoding('utf8');
    socket.once('error', () => {
      end(false);
    });
    socket.once('close', () => {
      end(false);
    });
    socket.on('data', (text: string) => {
      answer += text;
      const lines = answer.split('\r\n');
      if (lines.length > 2) end(lines[0] === '+OK' && lines[1] === '+PONG');
    });
    socket.write(`AUTH ${password}\r\nPING\r\n`);
  });
}
