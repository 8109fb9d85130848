/** A private redis-server for one test file: free port, random password, temporary directory. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

const STARTS_MAX = 5;
/** Where the kernel can do it, the server ends with its test also when that is killed. */
const DIES_WITH_THE_TEST = process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL'] : [];

export type TestRedis = {
  readonly url: string;
  /** Ends the server and removes its directory; harmless when it is already gone. */
  readonly stop: () => Promise<void>;
  /** Ends the server as a crash would; its directory stays, so that `restart` finds it. */
  readonly kill9: () => Promise<void>;
  /** Starts the server again on the same port and directory, after `kill9`. */
  readonly restart: () => Promise<void>;
  /** The server keeps its connections and answers nothing, until `thaw`. */
  readonly freeze: () => void;
  readonly thaw: () => void;
};

type Settings = {
  readonly port: number;
  readonly password: string;
  readonly directory: string;
  readonly appendonly: boolean;
  readonly aclFile: string | undefined;
};

export type TestRedisOptions = {
  readonly appendonly?: boolean;
  /** Users, as Redis reads them; without it there is one who may do everything. */
  readonly aclFile?: string;
};

export async function startRedis({ appendonly = false, aclFile }: TestRedisOptions = {}): Promise<TestRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'test-redis-'));
  const password = randomBytes(12).toString('hex');
  let settings: Settings = { port: await freePort(), password, directory, appendonly, aclFile };
  let server = await tryStart(settings);
  for (let starts = 1; server === undefined && starts < STARTS_MAX; starts += 1) {
    settings = { ...settings, port: await freePort() };
    server = await tryStart(settings);
  }
  if (server === undefined) throw new Error(`redis-server did not start: ${await logOf(directory)}`);
  let running: ChildProcess = server;

  return {
    url: `redis://:${password}@127.0.0.1:${String(settings.port)}`,
    stop: async () => {
      await end(running);
      await rm(directory, { recursive: true, force: true });
    },
    kill9: () => end(running),
    restart: async () => {
      const again = await tryStart(settings);
      if (again === undefined) throw new Error(`redis-server did not start again: ${await logOf(directory)}`);
      running = again;
    },
    freeze: () => {
      running.kill('SIGSTOP');
    },
    thaw: () => {
      running.kill('SIGCONT');
    },
  };
}

/** The server once it accepts connections, or undefined when it ended at once (the port was taken meanwhile). */
async function tryStart({
  port,
  password,
  directory,
  appendonly,
  aclFile,
}: Settings): Promise<ChildProcess | undefined> {
  const options = {
    bind: '127.0.0.1',
    port: String(port),
    requirepass: password,
    dir: directory,
    logfile: join(directory, 'redis.log'),
    save: '',
    appendonly: appendonly ? 'yes' : 'no',
    appendfsync: 'everysec',
    'maxmemory-policy': 'noeviction',
    ...(aclFile !== undefined && { aclfile: aclFile }),
  };
  const logged = (await logOf(directory)).length;
  const values = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const [command = '', ...args] = [...DIES_WITH_THE_TEST, 'redis-server', ...values];
  const server = spawn(command, args, { stdio: 'ignore' });
  let failed: Error | undefined;
  server.on('error', (error) => (failed = error));
  await eventually(async () => {
    if (failed !== undefined) throw failed;
    return server.exitCode !== null || (await logOf(directory)).slice(logged).includes('Ready to accept connections');
  });
  return server.exitCode === null ? server : undefined;
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGKILL');
  await ended;
}

async function logOf(directory: string): Promise<string> {
  return readFile(join(directory, 'redis.log'), 'utf8').catch(() => '');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no port'));
      });
    });
  });
}
