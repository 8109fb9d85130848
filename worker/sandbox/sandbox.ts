/**
 * One sandbox: a container and the stream to its supervisor.
 *
 * ```
 * starting ─hello─► ready ─run─► running ─ended─► cleaning ─clean─► ready
 *     └──────────────┴─────────────┴───────────────┴──────────────► closed
 * ```
 * `closed` is final: the container is being removed, or is gone.
 */
import type { Duplex } from 'node:stream';
import { unlessAborted, within } from '../../shared/platform/deadline.ts';
import { createDecoder, DOCKER_STREAM } from './framing.ts';
import type { toCreateOptions } from './container-spec.ts';
import type { Attached, DockerEngine } from './docker.ts';
import type { RunEnding } from './exit.ts';
import { createConversation, type RunObserver } from './conversation.ts';
import { putFiles } from './put-files.ts';
import { createWatchdog } from './watchdog.ts';
import { encodeKill, encodeRun, type Hello, type RunRequest } from './supervisor-frames.ts';

/** The start of a container, and of Python in it, on a busy machine. */
const HELLO_TIMEOUT_MS = 60_000;
const CLEAN_TIMEOUT_MS = 3_000;
/** After a kill, whatever came of it, the run counts as gone. */
const KILLED_MS = 500;

/** What the attach stream carries in one message at most: Docker copies in pieces of 32 KiB. */
const DOCKER_MESSAGE_BYTES_MAX = 1024 * 1024;
const DIAGNOSTICS_CHARACTERS_MAX = 2_000;

export type SandboxDeps = {
  readonly docker: Pick<DockerEngine, 'start' | 'kill' | 'wasOomKilled' | 'remove'>;
  /** Told of what a newcomer's eyes should see: diagnostics of the runner, a failed removal. */
  readonly report: (event: string, detail: Readonly<Record<string, unknown>>) => void;
  /** The containers that are in use or being removed: whoever looks for leftovers passes them over. */
  readonly inUse: Set<string>;
};

/**
 * Starts a container and waits until its supervisor can take a run.
 * @throws when the engine refuses, the supervisor does not greet in time, or `signal` is aborted before; nothing is
 * left behind then
 */
export async function openSandbox(
  { docker, report, inUse }: SandboxDeps,
  options: ReturnType<typeof toCreateOptions>,
  signal: AbortSignal,
) {
  signal.throwIfAborted();
  const { id, stream } = await startTracked(docker, options, inUse);
  const conversation = createConversation();
  let removal: Promise<void> | undefined;
  listen(stream, conversation, (event, detail) => {
    report(event, { containerId: id, ...detail });
  });

  /** Destroys the sandbox; resolves when the container is gone. */
  function close(): Promise<void> {
    removal ??= (async () => {
      stream.destroy();
      conversation.close();
      await docker.remove(id).finally(() => inUse.delete(id));
    })();
    return removal;
  }

  let hello: Hello;
  try {
    hello = await within(HELLO_TIMEOUT_MS, unlessAborted(conversation.hello, signal));
  } catch (error) {
    await close().catch((cause: unknown) => {
      report('removal failed', { containerId: id, error: String(cause) });
    });
    throw error;
  }

  /** Kills the container when the supervisor did not do what it should have done by itself. */
  function kill(cause: 'timed_out' | 'cancelled' | null): void {
    conversation.doom(cause);
    void docker
      .kill(id)
      .catch((error: unknown) => {
        report('kill failed', { containerId: id, error: String(error) });
      })
      .finally(() => setTimeout(() => stream.destroy(), KILLED_MS).unref());
  }

  /**
   * Runs one code block; one at a time. Aborting `signal` cancels it. Never rejects: a container that dies is an
   * ending too.
   */
  async function run(request: RunRequest, observer: RunObserver, runSignal: AbortSignal): Promise<RunEnding> {
    const watchdog = createWatchdog({ hasEnded: conversation.hasEnded, kill }, request.timeoutMs);
    const putting = new AbortController();
    const onAbort = () => {
      putting.abort();
      stream.write(encodeKill(request.run));
      watchdog.onCancel();
    };
    const onStarted = () => {
      watchdog.onStarted();
      observer.onStarted();
      if (runSignal.aborted) watchdog.onCancel();
    };
    const ending = conversation.begin(request.run, { ...observer, onStarted });
    stream.write(encodeRun(request));
    if (runSignal.aborted) onAbort();
    else runSignal.addEventListener('abort', onAbort, { once: true });
    putFiles(stream, request.files ?? [], { signal: putting.signal, onBytes: watchdog.onFileBytes }).catch(
      (error: unknown) => {
        if (putting.signal.aborted) return;
        report('files could not be put', { containerId: id, error: String(error) });
        kill(null);
      },
    );
    try {
      const end = await ending;
      if (end.kind === 'ended') return end;
      const oomKilled = end.killedFor === null && (await docker.wasOomKilled(id).catch(() => false));
      return { ...end, oomKilled };
    } finally {
      putting.abort();
      runSignal.removeEventListener('abort', onAbort);
      watchdog.stop();
    }
  }

  return {
    id,
    hello,
    run,
    /** After a run: whether nothing of it is left. False also when the sandbox does not say so in time. */
    async isClean(): Promise<boolean> {
      return within(CLEAN_TIMEOUT_MS, conversation.clean()).catch(() => false);
    },
    /** Resolves when the container is no longer of use, for whatever reason. */
    closed: conversation.closed,
    close,
  };
}

export type Sandbox = Awaited<ReturnType<typeof openSandbox>>;

/** Passes what the container says on to the conversation; ends the stream when it breaks the rules. */
function listen(
  stream: Duplex,
  conversation: ReturnType<typeof createConversation>,
  report: (event: string, detail: Readonly<Record<string, unknown>>) => void,
): void {
  const attach = createDecoder({
    framing: DOCKER_STREAM,
    admit: ({ length }) => (length <= DOCKER_MESSAGE_BYTES_MAX ? 'take' : 'stop'),
    onMessage(type, payload) {
      if (type === 1) conversation.push(payload);
      else report('runner diagnostics', { text: payload.toString('utf8').slice(0, DIAGNOSTICS_CHARACTERS_MAX) });
    },
    onStop: () => stream.destroy(),
  });
  stream.on('data', (chunk: Buffer) => {
    try {
      attach.push(chunk);
    } catch (error) {
      report('protocol broken', { error: String(error) });
      stream.destroy();
    }
    // One chunk a turn: a flood of tiny records must not keep the other runs waiting.
    stream.pause();
    setImmediate(() => stream.resume());
  });
  stream.on('error', () => undefined);
  stream.on('close', () => {
    conversation.close();
  });
  stream.on('end', () => stream.destroy());
}

/** A container whose start failed is in use no more: if it is still there, it is a leftover. */
async function startTracked(
  docker: SandboxDeps['docker'],
  options: ReturnType<typeof toCreateOptions>,
  inUse: Set<string>,
): Promise<Attached> {
  let created: string | undefined;
  try {
    return await docker.start(options, (id) => {
      created = id;
      inUse.add(id);
    });
  } catch (error) {
    if (created !== undefined) inUse.delete(created);
    throw error;
  }
}
