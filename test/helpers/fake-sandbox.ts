/** A sandbox without a container, for tests of what owns sandboxes: it ends runs as it is told. */
import type { RunEnding } from '../../worker/sandbox/exit.ts';
import type { RunObserver } from '../../worker/sandbox/conversation.ts';
import type { Sandbox } from '../../worker/sandbox/sandbox.ts';
import type { Ended, RunRequest } from '../../worker/sandbox/supervisor-frames.ts';

export const anEnded = (fields: Partial<Ended> = {}): RunEnding => ({
  kind: 'ended',
  ended: {
    run: 'run',
    cause: 'exited',
    exit_code: 0,
    signal: null,
    oom: false,
    wall_ms: 1,
    cpu_ms: 1,
    memory_peak_bytes: 1,
    ...fields,
  },
});

export type FakeSandbox = Sandbox & {
  readonly state: { closed: boolean; runs: RunRequest[] };
  readonly die: () => void;
};

/** @param behave what happens when code is run; by default it ends well at once */
export function aSandbox(
  id: string,
  behave: (observer: RunObserver, signal: AbortSignal) => Promise<RunEnding> = async () => anEnded(),
): FakeSandbox {
  const closed = Promise.withResolvers<undefined>();
  const state: FakeSandbox['state'] = { closed: false, runs: [] };
  const die = () => {
    closed.resolve(undefined);
  };
  return {
    id,
    hello: { protocol: 1, python: '3.13', landlock: 6, zygotes: ['bare'], input_files: true },
    state,
    die,
    async run(request, observer, signal) {
      state.runs.push(request);
      observer.onStarted();
      return behave(observer, signal);
    },
    isClean: async () => !state.closed,
    closed: closed.promise,
    async close() {
      state.closed = true;
      die();
    },
  };
}
