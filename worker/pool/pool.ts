/** Gives every execution a sandbox and takes it back: organizations never share one. */
import type { Sandbox } from '../sandbox/sandbox.ts';
import { choose, type BoundView, type Want } from './choose.ts';
import { createWarmSandboxes } from './warm-sandboxes.ts';

export type PoolSettings = {
  /** Sandboxes that organizations hold at a time, busy and idle; at least as many as run at a time. */
  readonly boundMax: number;
  readonly warm: number;
  /** Most warm sandboxes that are being started at a time. */
  readonly startsAtOnceMax: number;
  readonly memoryMib: number;
  /** After so many runs a sandbox is replaced. */
  readonly runsMax: number;
  readonly idleMs: number;
};

export type PoolDeps = {
  readonly start: (memoryMib: number, signal: AbortSignal) => Promise<Sandbox>;
  readonly now: () => number;
  readonly report: (event: string, detail: Readonly<Record<string, unknown>>) => void;
};

export type PoolRequest = Pick<Want, 'organizationId' | 'isolation'> & { readonly memoryMib: number };

export type Lease = {
  readonly sandbox: Sandbox;
  /** Gives the sandbox back; it is destroyed unless `reusable`. */
  readonly release: (reusable: boolean) => void;
};

type Bound = BoundView & { readonly sandbox: Sandbox; runs: number; idleSinceMs: number | null; reusable: boolean };

const SWEEP_MS = 1_000;
const PROBLEM_MS = 5_000;

export function createPool({ start, now, report }: PoolDeps, settings: PoolSettings) {
  const bound = new Map<string, Bound>();
  const removals = new Set<Promise<void>>();
  let problem: { readonly text: string; readonly atMs: number } | null = null;
  /** Sandboxes on their way to an execution: they count as bound. */
  let pending = 0;
  const warm = createWarmSandboxes(
    {
      start: (signal) => start(settings.memoryMib, signal),
      onStart: (text) => {
        problem = text === null ? null : { text, atMs: now() };
      },
      report,
    },
    { target: settings.warm, startsAtOnceMax: settings.startsAtOnceMax },
  );

  function destroy(sandbox: Sandbox): void {
    bound.delete(sandbox.id);
    const removal = sandbox
      .close()
      .catch((error: unknown) => {
        report('removal failed', { containerId: sandbox.id, error: String(error) });
      })
      .finally(() => removals.delete(removal));
    removals.add(removal);
  }

  function release(entry: Bound, reusable: boolean): void {
    if (!bound.has(entry.id)) return;
    if (!reusable || !entry.reusable || entry.runs >= settings.runsMax) destroy(entry.sandbox);
    else entry.idleSinceMs = now();
  }

  function lease(entry: Bound): Lease {
    entry.runs += 1;
    entry.idleSinceMs = null;
    return {
      sandbox: entry.sandbox,
      release: (reusable) => {
        release(entry, reusable);
      },
    };
  }

  function bind(sandbox: Sandbox, want: Want): Bound {
    const reusable = want.isolation === 'organization' && want.standard;
    const { organizationId } = want;
    const entry: Bound = { id: sandbox.id, organizationId, reusable, sandbox, runs: 0, idleSinceMs: null };
    bound.set(entry.id, entry);
    void sandbox.closed.then(() => {
      if (bound.get(entry.id) === entry && entry.idleSinceMs !== null) destroy(sandbox);
    });
    return entry;
  }

  const sweep = setInterval(() => {
    for (const { sandbox, idleSinceMs } of bound.values()) {
      if (idleSinceMs !== null && now() - idleSinceMs >= settings.idleMs) destroy(sandbox);
    }
  }, SWEEP_MS).unref();

  return {
    /** Starts the warm sandboxes. */
    open: warm.open,

    /** @throws the signal's reason when it is aborted before a sandbox is there */
    async acquire({ organizationId, isolation, memoryMib }: PoolRequest, signal: AbortSignal): Promise<Lease> {
      const want = { organizationId, isolation, standard: memoryMib === settings.memoryMib };
      const choice = choose([...bound.values()], settings.boundMax - pending, want);
      if (choice.kind === 'reuse') {
        const entry = bound.get(choice.id);
        if (entry !== undefined) return lease(entry);
      } else if (choice.evictId !== null) {
        const evicted = bound.get(choice.evictId);
        if (evicted !== undefined) destroy(evicted.sandbox);
      }
      pending += 1;
      try {
        return lease(bind(want.standard ? await warm.take(signal) : await start(memoryMib, signal), want));
      } finally {
        pending -= 1;
      }
    },

    /** Why sandboxes cannot be started, while that is so. Forgotten after a moment, so that it is tried again. */
    problem: (): string | null => (problem !== null && now() - problem.atMs < PROBLEM_MS ? problem.text : null),

    /** Replaces every sandbox, a busy one after its run. */
    renew(): void {
      warm.renew();
      for (const entry of bound.values()) {
        entry.reusable = false;
        if (entry.idleSinceMs !== null) destroy(entry.sandbox);
      }
    },

    count: () => ({ warm: warm.count().ready, starting: warm.count().starting, bound: bound.size }),

    /** Destroys every sandbox; call it when no run is left. */
    async close(): Promise<void> {
      clearInterval(sweep);
      for (const { sandbox } of bound.values()) destroy(sandbox);
      await warm.close();
      await Promise.all(removals);
    },
  };
}

export type Pool = ReturnType<typeof createPool>;
