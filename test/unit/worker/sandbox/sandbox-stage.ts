/** One sandbox on the stand-in engine, on a clock that the test moves: what the tests of the sandbox share. */
import { afterEach, beforeEach, jest } from '@jest/globals';
import { toCreateOptions } from '../../../../worker/sandbox/container-spec.ts';
import { openSandbox } from '../../../../worker/sandbox/sandbox.ts';
import type { RunRequest } from '../../../../worker/sandbox/supervisor-frames.ts';
import { createFakeEngine, endedOf, turns, type FakeContainer } from '../../../helpers/fake-engine.ts';

export const START_MS = 60_000;
export const TIMEOUT_MS = 1_000;
export const KILL_GRACE_MS = 1_000;
export const CANCEL_GRACE_MS = 400;
export const CALL_TIMEOUT_MS = 10_000;

export const OPTIONS = toCreateOptions({
  image: 'image',
  runtime: 'runc',
  seccomp: '{}',
  limits: { memoryMib: 512, cpuCount: 1 },
  owner: { deployment: 'd', workerId: 'w', createdAt: '' },
});

/** Call it once in a test file. */
export function useStandingClock(): void {
  beforeEach(() => {
    // Streams move on by themselves; only the clock stands still.
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'clearImmediate', 'queueMicrotask'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });
}

export async function later(ms: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(ms);
  await turns();
}

export function open(onStart: (container: FakeContainer) => void = () => undefined) {
  const engine = createFakeEngine({ onStart });
  const inUse = new Set<string>();
  const reports: { event: string; detail: Readonly<Record<string, unknown>> }[] = [];
  const aborted = new AbortController();
  const opening = openSandbox(
    { docker: engine.docker, inUse, report: (event, detail) => reports.push({ event, detail }) },
    OPTIONS,
    aborted.signal,
  );
  // A rejection before the test looks at it is none of Node's business.
  opening.catch(() => undefined);
  return { engine, inUse, reports, aborted, opening };
}

export async function aReadySandbox() {
  const opened = open((container) => {
    container.greet();
  });
  const sandbox = await opened.opening;
  const [container] = opened.engine.containers;
  if (container === undefined) throw new Error('no container was started');

  /** Sends a run and gathers what is told of it. */
  function begin(fields: Partial<RunRequest> = {}) {
    const request = { run: 'one', code: '', stdin: '', timeoutMs: TIMEOUT_MS, floodBytesMax: 1, ...fields };
    const seen: string[] = [];
    const cancel = new AbortController();
    const ending = sandbox.run(
      request,
      {
        onStarted: () => seen.push('started'),
        onBytes: (pipe, bytes) => seen.push(`${pipe} ${bytes.toString('latin1')}`),
      },
      cancel.signal,
    );
    return { ending, seen, cancel };
  }
  return { ...opened, sandbox, container, begin };
}

export async function endedCleanly(container: FakeContainer, run: string): Promise<void> {
  container.say('E', endedOf(run));
  container.say('C', { run, clean: true });
  await turns();
}

export const VANISHED = { kind: 'vanished', oomKilled: false, killedFor: null };
