/** What the supervisor says, in the order it may say it: hello, then per run started, bytes, ended, clean. */
import { createDecoder, RUNNER_FRAME } from './framing.ts';
import type { RunEnding } from './exit.ts';
import {
  parseSupervisorFrame,
  SUPERVISOR_FRAME_BYTES_MAX,
  type Hello,
  type Pipe,
  type SupervisorFrame,
} from './supervisor-frames.ts';

export type RunObserver = {
  readonly onStarted: () => void;
  readonly onBytes: (pipe: Pipe, bytes: Buffer) => void;
};

type CurrentRun = {
  readonly run: string;
  readonly observer: RunObserver;
  readonly settle: (ending: RunEnding) => void;
  started: boolean;
  ended: boolean;
};

/** Throws out of `push` when the supervisor breaks the protocol; the caller then closes the stream. */
export function createConversation() {
  const hello = Promise.withResolvers<Hello>();
  const closed = Promise.withResolvers<undefined>();
  let cleaned = Promise.withResolvers<boolean>();
  let current: CurrentRun | undefined;
  let killedFor: 'timed_out' | 'cancelled' | null = null;
  let isDoomed = false;
  let isClosed = false;
  // Nobody may be waiting for the greeting when the stream closes.
  hello.promise.catch(() => undefined);

  function expectRun(run: string): CurrentRun {
    if (current?.run !== run) throw new Error('A frame of another run than the current one');
    return current;
  }

  function end(running: CurrentRun, ending: RunEnding): void {
    if (running.ended) return;
    running.ended = true;
    running.settle(ending);
  }

  function begun(running: CurrentRun): void {
    if (running.started || running.ended) throw new Error('A run that starts twice');
    running.started = true;
    running.observer.onStarted();
  }

  function onFrame(frame: SupervisorFrame): void {
    switch (frame.kind) {
      case 'hello':
        hello.resolve(frame.hello);
        return;
      case 'started':
        begun(expectRun(frame.run));
        return;
      case 'bytes':
        if (current === undefined || current.ended) throw new Error('Bytes outside a run');
        current.observer.onBytes(frame.pipe, frame.bytes);
        return;
      case 'ended':
        end(expectRun(frame.ended.run), { kind: 'ended', ended: frame.ended });
        return;
      case 'clean':
        if (!expectRun(frame.clean.run).ended) throw new Error('A run that is cleaned up before its end');
        current = undefined;
        cleaned.resolve(frame.clean.clean);
    }
  }

  const frames = createDecoder({
    framing: RUNNER_FRAME,
    admit: ({ length }) => (length <= SUPERVISOR_FRAME_BYTES_MAX ? 'take' : 'stop'),
    onMessage: (type, payload) => {
      onFrame(parseSupervisorFrame(type, payload));
    },
    onStop: () => {
      throw new Error('A frame over the limit');
    },
  });

  return {
    hello: hello.promise,
    closed: closed.promise,
    push: frames.push,
    /** Registers a run before its frame is sent; resolves with how it ended. */
    begin(run: string, observer: RunObserver): Promise<RunEnding> {
      const { promise, resolve } = Promise.withResolvers<RunEnding>();
      current = { run, observer, settle: resolve, started: false, ended: false };
      cleaned = Promise.withResolvers<boolean>();
      if (isClosed) end(current, { kind: 'vanished', oomKilled: false, killedFor });
      return promise;
    },
    /** False also when the container is about to be killed: the kill would hit the next run. */
    clean: async (): Promise<boolean> => (isClosed || isDoomed ? false : cleaned.promise),
    hasEnded: (): boolean => current?.ended !== false,
    /** The worker is about to kill the container. Why it does, if that is the run's own doing; the first cause counts. */
    doom(cause: 'timed_out' | 'cancelled' | null): void {
      isDoomed = true;
      killedFor ??= cause;
    },
    close(): void {
      if (isClosed) return;
      isClosed = true;
      if (current !== undefined) end(current, { kind: 'vanished', oomKilled: false, killedFor });
      cleaned.resolve(false);
      hello.reject(new Error('The sandbox ended before it greeted'));
      closed.resolve(undefined);
    },
  };
}
