/** Floors that a container engine sets, measured with containers of the sandbox image in their real posture. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { CPU_COUNT, MEMORY_MIB_DEFAULT } from '../shared/contracts/limits.ts';
import { engine, ENGINE_SOCKET } from '../test/helpers/engine.ts';
import { createDocker } from '../worker/sandbox/docker.ts';
import { toCreateOptions } from '../worker/sandbox/container-spec.ts';

export const IMAGE = 'code-interpreter-sandbox:latest';

const SECCOMP = new URL('../sandbox-image/seccomp.json', import.meta.url);
const FORK_FLOOR = new URL('fork_floor.py', import.meta.url);
const PRINT = ['/usr/bin/python3', '-c', 'print(1+1)'];

const Durations = z.record(z.string(), z.array(z.number()));

/** Code, and the zygote in whose child it would run. */
export type ForkFloor = readonly [zygote: 'bare' | 'scientific', code: string];

export function createContainerFloors() {
  const docker = createDocker(ENGINE_SOCKET);
  const seccomp = JSON.stringify(JSON.parse(readFileSync(SECCOMP, 'utf8')));
  const sandbox = () =>
    toCreateOptions({
      image: IMAGE,
      runtime: 'runc',
      seccomp,
      limits: { memoryMib: MEMORY_MIB_DEFAULT, cpuCount: CPU_COUNT },
      owner: { deployment: 'bench', workerId: `bench-${String(process.pid)}`, createdAt: new Date().toISOString() },
    });

  return {
    /** Milliseconds of every fork + code + wait, by the names given. */
    async forks(codes: Readonly<Record<string, ForkFloor>>, count: number): Promise<Record<string, number[]>> {
      const argument = JSON.stringify({ count, codes });
      const options = {
        ...sandbox(),
        Cmd: ['/usr/bin/python3', '-c', readFileSync(FORK_FLOOR, 'utf8'), argument],
        // With a terminal the stream is plain text; its end is the container's.
        Tty: true,
      };
      const { id, stream } = await docker.start(options, () => undefined);
      try {
        const output = await text(stream);
        const line = output.split(/\r?\n/).find((candidate) => candidate.startsWith('{'));
        if (line === undefined) throw new Error(`the floor of a fork was not measured: ${output.slice(-500)}`);
        return Durations.parse(JSON.parse(line));
      } finally {
        await docker.remove(id);
      }
    },
    /**
     * One sandbox container from create to the first byte of its supervisor and away again: what isolation `fresh`
     * needs at the least for every execution.
     */
    churn: () => timed(() => churn(sandbox())),
    /** The same with a command that writes one byte. */
    churnOfEcho: () => timed(() => churn({ ...sandbox(), ...{ Cmd: ['/usr/bin/python3', '-S', '-c', 'print(1)'] } })),
    /** A container for one print, as a service without a pool would start it. */
    dockerRun: () => timed(dockerRun),
    /** The same without the CLI's own process. */
    engineRun: () => timed(engineRun),
  };

  async function churn(options: ReturnType<typeof sandbox>): Promise<void> {
    const { id, stream } = await docker.start(options, () => undefined);
    try {
      await once(stream, 'data');
    } finally {
      stream.destroy();
      await docker.remove(id);
    }
  }
}

export type ContainerFloors = ReturnType<typeof createContainerFloors>;

export async function hasDockerCli(): Promise<boolean> {
  const cli = spawn('docker', ['--version'], { stdio: 'ignore' });
  return once(cli, 'close').then(
    ([code]) => code === 0,
    () => false,
  );
}

async function dockerRun(): Promise<void> {
  const args = ['-H', `unix://${ENGINE_SOCKET}`, 'run', '--rm', '--network', 'none', IMAGE, ...PRINT];
  const cli = spawn('docker', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const complaint = text(cli.stderr);
  const [output] = await Promise.all([text(cli.stdout), once(cli, 'close')]);
  if (output.trim() !== '2') throw new Error(`docker run: ${output}${await complaint}`);
}

async function engineRun(): Promise<void> {
  const options = { Image: IMAGE, Cmd: PRINT, NetworkDisabled: true, HostConfig: { NetworkMode: 'none' } };
  const container = await engine.createContainer(options);
  try {
    await container.start();
    const { StatusCode: status } = z.object({ StatusCode: z.int() }).parse(await container.wait());
    if (status !== 0) throw new Error(`the container ended with ${String(status)}`);
  } finally {
    await container.remove({ force: true });
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
