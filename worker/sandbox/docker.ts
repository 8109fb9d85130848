/** The engine, through dockerode: the only file that talks to it. */
import type { Duplex } from 'node:stream';
import Docker from 'dockerode';
import { within } from '../../shared/platform/deadline.ts';
import type { toCreateOptions, toMemory } from './container-spec.ts';

/** Calls take milliseconds when the engine is well, some seconds when it is busy. */
const CALL_TIMEOUT_MS = 10_000;
const PING_TIMEOUT_MS = 2_000;

export type Attached = {
  readonly id: string;
  /** Docker's multiplexed stream; writing to it is the container's stdin. */
  readonly stream: Duplex;
};

const statusOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;

/** No such container, or it is stopped or being removed already: what a kill or a removal wants. */
const isAlreadySo = (error: unknown): boolean => statusOf(error) === 404 || statusOf(error) === 409;

/** An engine that hangs must not hold up what waits for it. */
const timely = <T>(work: Promise<T>): Promise<T> => within(CALL_TIMEOUT_MS, work);

async function ensure(work: Promise<unknown>): Promise<void> {
  try {
    await timely(work);
  } catch (error) {
    if (!isAlreadySo(error)) throw error;
  }
}

/** Every call rejects after {@link CALL_TIMEOUT_MS} at the latest. */
export function createDocker(socketPath: string) {
  const docker = new Docker({ socketPath });
  let pinging: Promise<unknown> | undefined;

  return {
    /** Throws within two seconds when the engine does not answer. */
    async ping(): Promise<void> {
      // One at a time: an engine that hangs for an hour should not find thousands of them.
      pinging ??= docker.ping().finally(() => (pinging = undefined));
      await within(PING_TIMEOUT_MS, pinging);
    },

    async version(): Promise<string> {
      return (await timely(docker.version())).Version;
    },

    /** The id of the image that has this name now. @throws when the engine has no such image */
    async imageId(image: string): Promise<string> {
      return (await timely(docker.getImage(image).inspect())).Id;
    },

    /**
     * Creates, attaches, then starts: output before an attach would be lost. Removes what it made when a step fails.
     * @param onCreated told of the container's id before it is started
     */
    async start(options: ReturnType<typeof toCreateOptions>, onCreated: (id: string) => void): Promise<Attached> {
      const container = await docker.createContainer({ ...options, abortSignal: AbortSignal.timeout(CALL_TIMEOUT_MS) });
      onCreated(container.id);
      try {
        const attaching = container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
        // dockerode types the hijacked socket as the narrower NodeJS.ReadWriteStream.
        const stream = (await timely(attaching)) as Duplex;
        try {
          await timely(container.start());
        } catch (error) {
          stream.destroy();
          throw error;
        }
        return { id: container.id, stream };
      } catch (error) {
        await ensure(container.remove({ force: true })).catch(() => undefined);
        throw new Error('Could not start a sandbox container', { cause: error });
      }
    },

    /** Kills at once; a container that is gone or stopped already is no failure. */
    async kill(id: string): Promise<void> {
      await ensure(docker.getContainer(id).kill({ signal: 'SIGKILL' }));
    },

    /** Changes the limits of a running container. @throws also when it is gone, or uses more than it is to be left */
    async setMemory(id: string, memory: ReturnType<typeof toMemory>): Promise<void> {
      await timely(docker.getContainer(id).update(memory));
    },

    /** Whether the kernel killed the container for its memory. */
    async wasOomKilled(id: string): Promise<boolean> {
      const inspected = await timely(docker.getContainer(id).inspect());
      return inspected.State.OOMKilled;
    },

    async remove(id: string): Promise<void> {
      await ensure(docker.getContainer(id).remove({ force: true, v: true }));
    },

    /** Containers, running or not, whose label `name` is `value`. */
    async listByLabel(
      name: string,
      value: string,
    ): Promise<{ id: string; labels: Readonly<Record<string, string>> }[]> {
      const listed = await timely(docker.listContainers({ all: true, filters: { label: [`${name}=${value}`] } }));
      return listed.map((container) => ({ id: container.Id, labels: container.Labels }));
    },
  };
}

export type DockerEngine = ReturnType<typeof createDocker>;
