/** Removes the containers that a worker of this deployment left when it was killed. */
import { LABELS } from './container-spec.ts';
import type { DockerEngine } from './docker.ts';

const SWEEP_MS = 10_000;

export type LeftoversDeps = {
  readonly docker: Pick<DockerEngine, 'listByLabel' | 'remove'>;
  readonly deployment: string;
  /** Ids of the workers that are alive, this one included. */
  readonly liveWorkers: () => Promise<readonly string[]>;
  readonly report: (event: string, detail: Readonly<Record<string, unknown>>) => void;
};

/**
 * A container goes when its worker was not alive at two sweeps in a row: a worker that was only slow to beat keeps
 * its own. Containers of other deployments on the same engine are never touched.
 */
export function createLeftovers({ docker, deployment, liveWorkers, report }: LeftoversDeps) {
  let suspects = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  async function sweep(): Promise<void> {
    const containers = await docker.listByLabel(LABELS.deployment, deployment);
    const live = new Set(await liveWorkers());
    const orphans = containers.filter(({ labels }) => !live.has(labels[LABELS.worker] ?? ''));
    const condemned = orphans.filter(({ id }) => suspects.has(id));
    suspects = new Set(orphans.map(({ id }) => id));
    for (const { id } of condemned) await docker.remove(id);
    if (condemned.length > 0) report('removed containers of a dead worker', { count: condemned.length });
  }

  async function round(): Promise<void> {
    await sweep().catch((error: unknown) => {
      report('sweep failed', { error: String(error) });
    });
    if (!stopped) timer = setTimeout(() => void round(), SWEEP_MS).unref();
  }

  return {
    sweep,
    start: (): void => void round(),
    stop(): void {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
