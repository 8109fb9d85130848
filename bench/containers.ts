/** Floors that a container engine sets, measured with containers of the sandbox image in their real posture. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { z } from 'zod';
import { CPU_COUNT, MEMORY_MIB_DEFAULT } from '../shared/contracts/limits.ts';
import { engine, ENGINE_SOCKET, SANDBOX_RUNTIME } from '../test/helpers/engine.ts';
import { createDocker } from '../worker/sandbox/docker.ts';
import { toCreateOptions } from '../worker/sandbox/container-spec.ts';
import { createDecoder, DOCKER_STREAM } from '../worker/sandbox/framing.ts';
import { seccompFor } from '../worker/sandbox/seccomp.ts';

export const IMAGE = 'code-interpreter-sandbox:latest';

const SECCOMP = new URL('../sandbox-image/seccomp.json', import.meta.url);
const FORK_FLOOR = new URL('fork_floor.py', import.meta.url);
const PRINT = ['/usr/bin/python3', '-c', 'print(1+1)'];

const Durations = z.record(z.string(), z.array(z.number()));

/** Code, and the zygote in whose child it would run. */
export type ForkFloor = readonly [zygote: 'bare' | 'scientific', code: string];

export function createContainerFloors() {
  const docker = createDocker(ENGINE_SOCKET);
  const seccomp = seccompFor(SANDBOX_RUNTIME, readFileSync(SECCOMP, 'utf8'));
  const sandbox = () =>
    toCreateOptions({
      image: IMAGE,
      runtime: SANDBOX_RUNTIME,
      seccomp,
      limits: { memoryMib: MEMORY_MIB_DEFAULT, cpuCount: CPU_COUNT },
      owner: { deployment: 'bench', workerId: `bench-${String(process.pid)}`, createdAt: new Date().toISOString() },
    });

  return {
    /** Milliseconds of every fork + code + wait, by the names given, and of every `run` by the runner itself. */
    async forks(
      codes: Readonly<Record<string, ForkFloor>>,
      count: number,
      run: string,
    ): Promise<Record<string, number[]>> {
      const argument = JSON.stringify({ count, codes, run });
      const options = {
        ...sandbox(),
        Cmd: ['/usr/bin/python3', '-c', readFileSync(FORK_FLOOR, 'utf8'), argument],
      };
      const { id, stream } = await docker.start(options, () => undefined);
      try {
        const output = await textOf(stream);
        const line = output.split('\n').find((candidate) => candidate.startsWith('{'));
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
  const posture = ['--rm', '--network', 'none', '--runtime', SANDBOX_RUNTIME];
  const args = ['-H', `unix://${ENGINE_SOCKET}`, 'run', ...posture, IMAGE, ...PRINT];
  const cli = spawn('docker', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const complaint = text(cli.stderr);
  const [output] = await Promise.all([text(cli.stdout), once(cli, 'close')]);
  if (output.trim() !== '2') throw new Error(`docker run: ${output}${await complaint}`);
}

async function engineRun(): Promise<void> {
  const posture = { NetworkMode: 'none', Runtime: SANDBOX_RUNTIME };
  const options = { Image: IMAGE, Cmd: PRINT, NetworkDisabled: true, HostConfig: posture };
  const container = await engine.createContainer(options);
  try {
    await container.start();
    const { StatusCode: status } = z.object({ StatusCode: z.int() }).parse(await container.wait());
    if (status !== 0) throw new Error(`the container ended with ${String(status)}`);
  } finally {
    await container.remove({ force: true });
  }
}

/** What a container without a terminal writes, until its end. */
async function textOf(stream: Duplex): Promise<string> {
  const parts: Buffer[] = [];
  const decoder = createDecoder({
    framing: DOCKER_STREAM,
    admit: () => 'take',
    onMessage: (_stream, payload) => parts.push(Buffer.from(payload)),
    onStop: () => undefined,
  });
  stream.on('data', (chunk: Buffer) => {
    decoder.push(chunk);
  });
  await finished(stream, { writable: false });
  return Buffer.concat(parts).toString('utf8');
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
