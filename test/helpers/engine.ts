/** The engine as the tests see it: whether it is there, what a deployment has on it, and a wire to it that can be cut. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';

export const ENGINE_SOCKET = process.env['DOCKER_SOCKET'] ?? '/var/run/docker.sock';
/** Of the sandboxes: `runsc` where the tests run under gVisor. */
export const SANDBOX_RUNTIME = process.env['SANDBOX_RUNTIME'] ?? 'runc';
export const engine = new Docker({ socketPath: ENGINE_SOCKET });

/** Fails with one clear sentence where there is no engine: a skipped suite would look green. */
export async function requireEngine(): Promise<void> {
  await engine.ping().catch((cause: unknown) => {
    throw new Error(`These tests need a Docker engine that answers on ${ENGINE_SOCKET}; start one, or run npm test.`, {
      cause,
    });
  });
}

/** Containers, running or not, that were made for the worker ids given. */
export async function containersOf(workerIds: readonly string[]): Promise<{ id: string; state: string }[]> {
  const listed = await engine.listContainers({ all: true, filters: { label: ['code-interpreter.worker'] } });
  return listed
    .filter((container) => workerIds.includes(container.Labels['code-interpreter.worker'] ?? ''))
    .map((container) => ({ id: container.Id, state: container.State }));
}

export type EngineWire = {
  readonly socketPath: string;
  /** As if the engine had died: open connections break, new ones are refused. */
  readonly cut: () => Promise<void>;
  readonly mend: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/**
 * A socket in front of the real engine. Cutting it stands in for an engine that went away: a test must not stop an
 * engine that others use.
 */
export async function openEngineWire(): Promise<EngineWire> {
  const directory = mkdtempSync(join(tmpdir(), 'engine-wire-'));
  const socketPath = join(directory, 'docker.sock');
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ path: ENGINE_SOCKET, allowHalfOpen: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  const listen = () => new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const cut = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await listen();
  return {
    socketPath,
    cut,
    mend: listen,
    async close() {
      if (server.listening) await cut();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
