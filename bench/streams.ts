/**
 * A thousand open event streams of as many running executions: what they cost the api in memory, and how long an event
 * takes from the worker's write to the client. The runs are those of a stand-in worker, as no one machine runs so many.
 */
import { readFileSync } from 'node:fs';
import type { Output } from '../shared/contracts/execution.ts';
import { EVENT_STREAMS_PER_ORGANIZATION_MAX } from '../shared/contracts/limits.ts';
import { eventually } from '../test/helpers/eventually.ts';
import { startStandInWorker, type Scene } from '../test/helpers/stand-in-worker.ts';
import type { Client } from './client.ts';
import { openDeployment } from './deployment.ts';
import { drive, type Load } from './load.ts';

const PATIENT = { timeoutMs: 60_000, intervalMs: 20 };
const EVENT_TIMEOUT_MS = 10_000;

type Follower = {
  /** Milliseconds from the write of one more output to its arrival. */
  readonly probe: () => Promise<number>;
  /** Resolves when the stream has shown the end; rejects when it ended without. */
  readonly ended: Promise<void>;
};

export type StreamsResult = { readonly alone: Load; readonly among: Load; readonly bytesPerStream: number };

export async function measureStreams(streams: number, probes: number): Promise<StreamsResult> {
  const deployment = await openDeployment('none');
  const scenes = new Map<string, Scene>();
  const over = Promise.withResolvers<void>();
  const script = async (scene: Scene) => {
    await scene.started();
    scenes.set(scene.run.job.execution_id, scene);
    await over.promise;
    return {};
  };
  const worker = await startStandInWorker({ redisUrl: deployment.redisUrl, namespace: 'ci', slots: streams, script });
  try {
    const clients = await Promise.all(
      Array.from({ length: Math.ceil(streams / EVENT_STREAMS_PER_ORGANIZATION_MAX) }, () => deployment.client()),
    );
    const clientOf = (index: number) => clients[index % clients.length] ?? Promise.reject(new Error('no client'));
    const open = async (index: number) => follow(await clientOf(index), scenes);
    const first = await open(0);
    await drive({ clients: 1, count: probes, once: first.probe }); // warms up
    const alone = await drive({ clients: 1, count: probes, once: first.probe });

    const bytesBefore = residentBytes(deployment.apiPid);
    const followers = [first];
    let next = 1;
    const opened = await drive({
      ...{ clients: 16, count: streams - 1 },
      async once() {
        followers.push(await open(next++));
        return 0;
      },
    });
    const bytesPerStream = (residentBytes(deployment.apiPid) - bytesBefore) / Math.max(1, streams - 1);
    let probed = 0;
    // Far apart, so that no stream is warmer than another.
    const once = () => followers[(probed++ * 617) % followers.length]?.probe() ?? Promise.reject(new Error('none'));
    const among = await drive({ clients: 1, count: probes, once });

    over.resolve();
    const ends = await Promise.allSettled(followers.map(({ ended }) => ended));
    const lost = ends.filter(({ status }) => status === 'rejected').map(() => 'a stream ended without the end');
    const { completed = 0 } = await deployment.statuses();
    const missing = completed === streams ? [] : [`${String(completed)} of ${String(streams)} executions completed`];
    return {
      alone,
      among: { ...among, failures: [...opened.failures, ...among.failures, ...lost, ...missing] },
      bytesPerStream,
    };
  } finally {
    over.resolve();
    await worker.stop();
    await deployment.close();
  }
}

async function follow(client: Client, scenes: ReadonlyMap<string, Scene>): Promise<Follower> {
  const id = await client.submit({ code: 'pass' });
  const events = await client.events(id);
  const scene = await eventually(() => scenes.get(id), PATIENT);
  let arrived = Promise.withResolvers<number>();
  let sent = 0;
  const textOf = (probe: number) => `probe ${String(probe)};`;
  const read = async () => {
    for await (const { name, data } of events) {
      if (name === 'execution.output' && JSON.stringify(data).includes(textOf(sent)))
        arrived.resolve(performance.now());
      if (name === 'execution.finished') return;
    }
    throw new Error('the stream ended early');
  };
  const ended = read();
  ended.catch(() => undefined); // told at the end

  async function probe(): Promise<number> {
    arrived = Promise.withResolvers<number>();
    const lost = setTimeout(() => {
      arrived.reject(new Error('an event did not arrive'));
    }, EVENT_TIMEOUT_MS);
    const output: Output = { type: 'text', stream: 'stdout', text: textOf(++sent) };
    const startedMs = performance.now();
    try {
      const [atMs] = await Promise.all([arrived.promise, scene.output(output)]);
      return atMs - startedMs;
    } finally {
      clearTimeout(lost);
    }
  }
  return { probe, ended };
}

function residentBytes(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}
