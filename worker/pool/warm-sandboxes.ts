/**
 * Started sandboxes that belong to nobody. Whoever takes one gets the longest waiting, or the next to be ready;
 * as many as were taken are started again.
 */
import type { Sandbox } from '../sandbox/sandbox.ts';

const RETRY_MS = 1_000;

export type WarmDeps = {
  readonly start: (signal: AbortSignal) => Promise<Sandbox>;
  /** Told how every start ended: null when it succeeded. */
  readonly onStart: (problem: string | null) => void;
  readonly report: (event: string, detail: Readonly<Record<string, unknown>>) => void;
};

export type WarmSettings = {
  /** How many to keep ready. */
  readonly target: number;
  readonly startsAtOnceMax: number;
};

type Waiter = { readonly give: (sandbox: Sandbox) => void };

export function createWarmSandboxes({ start, onStart, report }: WarmDeps, { target, startsAtOnceMax }: WarmSettings) {
  const ready: Sandbox[] = [];
  const waiters: Waiter[] = [];
  const starts = new Set<Promise<void>>();
  let retryTimer: NodeJS.Timeout | undefined;
  const closing = new AbortController();
  let open = false;

  function admit(sandbox: Sandbox): void {
    const waiter = waiters.shift();
    if (waiter !== undefined) {
      waiter.give(sandbox);
      return;
    }
    ready.push(sandbox);
    const readyAtMs = performance.now();
    void sandbox.closed.then(() => {
      const index = ready.indexOf(sandbox);
      if (index === -1) return;
      ready.splice(index, 1);
      void discard(sandbox);
      // The next would end as well: without a pause, starting would never stop.
      if (performance.now() - readyAtMs < RETRY_MS) onFailure('it ended as soon as it was ready');
      fill();
    });
  }

  function onFailure(problem: string): void {
    onStart(problem);
    report('sandbox start failed', { error: problem });
    retryTimer ??= setTimeout(() => {
      retryTimer = undefined;
      fill();
    }, RETRY_MS);
  }

  const discard = (sandbox: Sandbox): Promise<void> => remove(sandbox, report);

  async function startOne(): Promise<void> {
    try {
      const sandbox = await start(closing.signal);
      onStart(null);
      if (open) admit(sandbox);
      else await discard(sandbox);
    } catch (error) {
      if (closing.signal.aborted) return;
      onFailure(String(error instanceof Error ? (error.cause ?? error) : error));
    }
  }

  function fill(): void {
    while (
      open &&
      retryTimer === undefined &&
      starts.size < startsAtOnceMax &&
      ready.length + starts.size < target + waiters.length
    ) {
      const starting = startOne().finally(() => {
        starts.delete(starting);
        fill();
      });
      starts.add(starting);
    }
  }

  return {
    open(): void {
      open = true;
      fill();
    },
    /** @throws the signal's reason when it is aborted first */
    async take(signal: AbortSignal): Promise<Sandbox> {
      signal.throwIfAborted();
      const sandbox = ready.shift();
      if (sandbox !== undefined) {
        fill();
        return sandbox;
      }
      return new Promise((resolve, reject) => {
        const onAbort = () => {
          waiters.splice(waiters.indexOf(waiter), 1);
          reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
        };
        const waiter: Waiter = {
          give: (given) => {
            signal.removeEventListener('abort', onAbort);
            resolve(given);
          },
        };
        signal.addEventListener('abort', onAbort, { once: true });
        waiters.push(waiter);
        fill();
      });
    },
    /** Replaces the sandboxes that wait; those still starting are left. */
    renew(): void {
      for (const sandbox of ready.splice(0)) void discard(sandbox);
      fill();
    },
    count: () => ({ ready: ready.length, starting: starts.size }),
    /** Removes every sandbox that nobody took, those still starting too. */
    async close(): Promise<void> {
      open = false;
      closing.abort(new Error('The worker stops'));
      clearTimeout(retryTimer);
      await Promise.all([...starts, ...ready.splice(0).map(discard)]);
    },
  };
}

/** Never rejects: what could not be removed is told, and found again as a leftover. */
async function remove(sandbox: Sandbox, report: WarmDeps['report']): Promise<void> {
  await sandbox.close().catch((error: unknown) => {
    report('removal failed', { containerId: sandbox.id, error: String(error) });
  });
}
