/** The engine, through dockerode: the only file that talks to it. */
import type { Duplex } from 'node:stream';
import Docker from 'dockerode';
import { within } from '../../shared/platform/deadline.ts';
import type { toCreateOptions } from './container-spec.ts';

/** The engine's own time-out for calls that answer at once when it is well. */
const CALL_TIMEOUT_MS = 20_000;
const PING_TIMEOUT_MS = 2_000;

export type Attached = {
  readonly id: string;
  /** Docker's multiplexed stream; writing to it is the container's stdin. */
  readonly stream: Duplex;
};

const isGone = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'statusCode' in error && error.statusCode === 404;

/** "No such container" is what a removal wants; anything else is a failure. */
async function ignoreGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

export function createDocker(socketPath: string) {
  const docker = new Docker({ socketPath });

  return {
    /** Throws within two seconds when the engine does not answer. */
    async ping(): Promise<void> {
      await within(PING_TIMEOUT_MS, docker.ping());
    },

    async version(): Promise<string> {
      const version = await docker.version();
      return version.Version;
    },

    /** The label `name` of an image. @throws when the engine has no such image */
    async imageLabel(image: string, name: string): Promise<string | undefined> {
      const inspected = await docker.getImage(image).inspect();
      return inspected.Config.Labels?.[name];
    },

    /**
     * Creates, attaches, then starts: output before an attach would be lost. Removes what it made when a step fails.
     * @param onCreated told of the container's id before it is started
     */
    async start(options: ReturnType<typeof toCreateOptions>, onCreated: (id: string) => void): Promise<Attached> {
      const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
      const container = await docker.createContainer({ ...options, abortSignal: signal });
      onCreated(container.id);
      try {
        const stream = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
        // dockerode types the hijacked socket as the narrower NodeJS.ReadWriteStream.
        const duplex = stream as Duplex;
        try {
          await container.start({ abortSignal: signal });
        } catch (error) {
          duplex.destroy();
          throw error;
        }
        return { id: container.id, stream: duplex };
      } catch (error) {
        await container.remove({ force: true }).catch(() => undefined);
        throw new Error('Could not start a sandbox container', { cause: error });
      }
    },

    /** Kills at once; a container that is gone or stopped already is no failure. */
    async kill(id: string): Promise<void> {
      try {
        await docker.getContainer(id).kill({ signal: 'SIGKILL' });
      } catch (error) {
        const stopped =
          typeof error === 'object' && error !== null && 'statusCode' in error && error.statusCode === 409;
        if (!stopped && !isGone(error)) throw error;
      }
    },

    /** Whether the kernel killed the container for its memory; false when the engine cannot tell. */
    async wasOomKilled(id: string): Promise<boolean> {
      const inspected = await docker.getContainer(id).inspect();
      return inspected.State.OOMKilled;
    },

    async remove(id: string): Promise<void> {
      await ignoreGone(docker.getContainer(id).remove({ force: true, v: true }));
    },

    /** Containers, running or not, whose label `name` is `value`. */
    async listByLabel(
      name: string,
      value: string,
    ): Promise<{ id: string; labels: Readonly<Record<string, string>> }[]> {
      const listed = await docker.listContainers({ all: true, filters: { label: [`${name}=${value}`] } });
      return listed.map((container) => ({ id: container.Id, labels: container.Labels }));
    },
  };
}

export type DockerEngine = ReturnType<typeof createDocker>;
