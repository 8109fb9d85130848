/** Looks every second whether the engine answers and starts sandboxes, and says when that changes. */
import type { WorkerStatus } from '../../shared/contracts/worker-status.ts';

const LOOK_MS = 1_000;

export type EngineHealth = WorkerStatus['engine'];

export type EngineWatchDeps = {
  readonly ping: () => Promise<void>;
  readonly version: () => Promise<string>;
  /** Why sandboxes cannot be started, if they cannot: no image, a full disk. */
  readonly problem: () => string | null;
  readonly onChange: (health: EngineHealth) => void;
};

export function startEngineWatch({ ping, version, problem, onChange }: EngineWatchDeps) {
  let health: EngineHealth = { healthy: false, version: null, detail: 'not asked yet' };
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<EngineHealth> {
    try {
      await ping();
      const detail = problem();
      return { healthy: detail === null, version: health.version ?? (await version()), detail };
    } catch (error) {
      return { healthy: false, version: null, detail: error instanceof Error ? error.message : String(error) };
    }
  }

  async function round(): Promise<void> {
    const seen = await look();
    if (stopped) return;
    const changed = seen.healthy !== health.healthy;
    health = seen;
    if (changed) onChange(health);
    timer = setTimeout(() => void round(), LOOK_MS);
  }

  void round();
  return {
    health: (): EngineHealth => health,
    stop(): void {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
