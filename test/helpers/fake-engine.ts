/**
 * A stand-in for the engine, not the engine: containers are streams in memory that speak the supervisor's frames
 * (`sandbox-image/PROTOCOL.md`) inside Docker's multiplexed messages. What a supervisor says is up to the test.
 */
import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { within } from '../../shared/platform/deadline.ts';
import type { DockerEngine } from '../../worker/sandbox/docker.ts';
import { createDecoder, encodeFrame, RUNNER_FRAME } from '../../worker/sandbox/framing.ts';
import { anEnded } from './fake-sandbox.ts';

/** As long as the real one lets a call hang before it rejects. */
const CALL_TIMEOUT_MS = 10_000;

export const HELLO = { protocol: 1, python: '3.13', landlock: 6, zygotes: ['bare'], input_files: true };

/** Which of the calls go wrong, and how; a test may change it at any time. */
export type Faults = {
  start?: 'refused' | 'fails after the container is created';
  /** `ignored`: the call succeeds, yet the stream stays open. */
  kill?: 'ignored' | 'hangs';
  inspect?: 'hangs';
  remove?: 'fails' | 'hangs';
  oomKilled?: boolean;
};

export type FrameOfWorker = { readonly type: string; readonly payload: string };

/** One message of Docker's attach stream. */
export function dockerMessage(stream: 1 | 2, payload: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt8(stream, 0);
  head.writeUInt32BE(payload.length, 4);
  return Buffer.concat([head, payload]);
}

/** A frame of the supervisor; everything but bytes is sent as JSON. */
export const frame = (type: string, payload: Buffer | object): Buffer =>
  encodeFrame(type, Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload)));

/** The payload of an `E` frame. */
export function endedOf(run: string): object {
  const ending = anEnded({ run });
  return ending.kind === 'ended' ? ending.ended : {};
}

/** Lets what waits in streams and promises go on; timers are left alone. */
export async function turns(count = 6): Promise<void> {
  for (let index = 0; index < count; index += 1) await turn();
}

export type FakeContainer = ReturnType<typeof createContainer>;

function createContainer(id: string, onFrame: (container: FakeContainer, sent: FrameOfWorker) => void) {
  const received: FrameOfWorker[] = [];
  const decoder = createDecoder({
    framing: RUNNER_FRAME,
    admit: () => 'take',
    onMessage: (type, payload) => {
      const sent = { type: String.fromCharCode(type), payload: payload.toString() };
      received.push(sent);
      onFrame(container, sent);
    },
    onStop: () => undefined,
  });
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      decoder.push(chunk);
      done();
    },
  });
  const container = {
    id,
    stream,
    /** What the worker sent, in order. */
    received,
    /** Bytes of the attach stream as they are; lost once the worker has let go of it. */
    send(bytes: Buffer): void {
      if (!stream.destroyed) stream.push(bytes);
    },
    say(type: string, payload: Buffer | object): void {
      container.send(dockerMessage(1, frame(type, payload)));
    },
    greet: (): void => {
      container.say('H', HELLO);
    },
    die(): void {
      if (!stream.destroyed) stream.push(null);
    },
  };
  return container;
}

export type FakeEngineScript = {
  readonly onStart?: (container: FakeContainer) => void;
  readonly onFrame?: (container: FakeContainer, sent: FrameOfWorker) => void;
  readonly imageId?: () => Promise<string>;
};

export function createFakeEngine({ onStart, onFrame, imageId }: FakeEngineScript = {}) {
  const containers: FakeContainer[] = [];
  const killed: string[] = [];
  const removed: string[] = [];
  const faults: Faults = {};
  const hang = () => within(CALL_TIMEOUT_MS, new Promise<never>(() => undefined));
  const dieOf = (id: string) => containers.find((container) => container.id === id)?.die();

  const docker: DockerEngine = {
    ping: async () => undefined,
    version: async () => 'stand-in',
    imageId: imageId ?? (async () => 'id'),
    async start(_options, onCreated) {
      if (faults.start === 'refused') throw new Error('refused');
      const container = createContainer(`container-${String(containers.length)}`, onFrame ?? (() => undefined));
      onCreated(container.id);
      if (faults.start !== undefined) throw new Error('could not start');
      containers.push(container);
      onStart?.(container);
      return { id: container.id, stream: container.stream };
    },
    async kill(id) {
      killed.push(id);
      if (faults.kill === 'hangs') await hang();
      if (faults.kill !== 'ignored') dieOf(id);
    },
    wasOomKilled: async () => (faults.inspect === 'hangs' ? hang() : faults.oomKilled === true),
    async remove(id) {
      if (faults.remove === 'hangs') await hang();
      if (faults.remove === 'fails') throw new Error('could not remove');
      removed.push(id);
      dieOf(id);
    },
    setMemory: async () => undefined,
    listByLabel: async () => [],
  };
  return { docker, containers, killed, removed, faults };
}
