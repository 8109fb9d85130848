/** Starts sandboxes of the configured image and remembers what the image holds. */
import { CPU_COUNT } from '../../shared/contracts/limits.ts';
import type { PackageList } from '../../shared/contracts/worker-status.ts';
import { toCreateOptions, toMemory } from './container-spec.ts';
import type { DockerEngine } from './docker.ts';
import { readPackages } from './packages.ts';
import { openSandbox, type Sandbox } from './sandbox.ts';

export type FactorySettings = {
  readonly image: string;
  readonly runtime: string;
  /** The seccomp profile as JSON text. */
  readonly seccomp: string;
  readonly deployment: string;
  readonly workerId: string;
};

export type FactoryDeps = {
  readonly docker: DockerEngine;
  readonly report: (event: string, detail: unknown) => void;
};

export type ImageContents = {
  /** In the engine: the same inputs built anew, with newer packages, have another one. Empty before the first look. */
  readonly imageId: string;
  readonly packages: PackageList | null;
};

export function createSandboxFactory({ docker, report }: FactoryDeps, settings: FactorySettings) {
  const { image, runtime, seccomp, deployment, workerId } = settings;
  const inUse = new Set<string>();
  let contents: ImageContents = { imageId: '', packages: null };
  let isCurrent = false;
  /** One of those that start at the same time is asked: they would all tell the same. */
  let isLooking = false;

  const readImageId = (): Promise<string> => docker.imageId(image);

  /** @param imageId of the image before the sandbox was started from it */
  async function look(sandbox: Sandbox, imageId: string, signal: AbortSignal): Promise<void> {
    const packages = await readPackages(sandbox, signal);
    // Rebuilt meanwhile: the next sandbox tells what the new image holds.
    if ((await readImageId()) !== imageId) return;
    contents = { imageId, packages };
    isCurrent = packages !== null;
    report('ready', { imageId, hello: sandbox.hello });
    if (sandbox.hello.landlock === 0) {
      report('sandboxes are not as tight as they could be', {
        error: 'The kernel has no Landlock: code could write to kernel-backed files such as /proc/self/oom_score_adj',
      });
    }
  }

  function open(memoryMib: number, signal: AbortSignal): Promise<Sandbox> {
    const owner = { deployment, workerId, createdAt: new Date().toISOString() };
    const limits = { memoryMib, cpuCount: CPU_COUNT };
    const options = toCreateOptions({ image, runtime, seccomp, limits, owner });
    return openSandbox({ docker, report, inUse }, options, signal);
  }

  async function openAndLook(memoryMib: number, signal: AbortSignal): Promise<Sandbox> {
    const imageId = await readImageId();
    const sandbox = await open(memoryMib, signal);
    try {
      await look(sandbox, imageId, signal);
      return sandbox;
    } catch (error) {
      await sandbox.close().catch((cause: unknown) => {
        report('removal failed', { containerId: sandbox.id, error: String(cause) });
      });
      throw error;
    }
  }

  return {
    /**
     * @throws when the engine refuses, the sandbox does not greet in time, or `signal` is aborted before; nothing is
     * left behind then
     */
    async start(memoryMib: number, signal: AbortSignal): Promise<Sandbox> {
      if (isCurrent || isLooking) return open(memoryMib, signal);
      isLooking = true;
      return openAndLook(memoryMib, signal).finally(() => (isLooking = false));
    },
    /** @throws also when the container is gone, or uses more than it is to be left */
    setMemory: (containerId: string, memoryMib: number): Promise<void> =>
      docker.setMemory(containerId, toMemory(memoryMib)),
    contents: (): ImageContents => contents,
    /** The id of the image as it is now in the engine. */
    readImageId,
    /** The next sandbox is asked again what the image holds. */
    lookAgain(): void {
      isCurrent = false;
      isLooking = false; // whoever is asked now may be of the image before
    },
    /** Whether a container is that of a sandbox which is starting, in use or being removed. */
    isInUse: (containerId: string): boolean => inUse.has(containerId),
  };
}

export type SandboxFactory = ReturnType<typeof createSandboxFactory>;
