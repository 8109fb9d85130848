/** Finds containers of this deployment that nobody owns any more, and removes them. */
import { LABELS } from './container-spec.ts';
import type { DockerEngine } from './docker.ts';

const SWEEP_MS = 3_000;
/** A container of this worker that it does not know may be one that the engine is just making for it. */
const OWN_AGE_MS_MIN = 30_000;

export type LeftoversDeps = {
  readonly docker: Pick<DockerEngine, 'listByLabel' | 'remove'>;
  readonly deployment: string;
  readonly workerId: string;
  /** Whether this worker uses the container, or is removing it. */
  readonly isInUse: (containerId: string) => boolean;
  /** Ids of the other workers that are alive. */
  readonly liveWorkers: () => Promise<readonly string[]>;
  readonly now: () => number;
  readonly report: (event: string, detail: Readonly<Record<string, unknown>>) => void;
};

type Listed = { readonly id: string; readonly labels: Readonly<Record<string, string>> };

/**
 * A container of another worker goes when that worker was not alive at two sweeps in a row: one that was only slow to
 * beat keeps its own. One of this worker goes when a removal failed, while the engine was away for instance.
 * Containers of other deployments on the same engine are never touched.
 */
export function createLeftovers(deps: LeftoversDeps) {
  const { docker, deployment, workerId, isInUse, liveWorkers, now, report } = deps;
  let suspects = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let sweeping: Promise<void> = Promise.resolve();

  const isForgotten = ({ id, labels }: Listed): boolean =>
    !isInUse(id) && now() - Date.parse(labels[LABELS.createdAt] ?? '') > OWN_AGE_MS_MIN;

  async function sweep(): Promise<void> {
    const containers = await docker.listByLabel(LABELS.deployment, deployment);
    const live = new Set(await liveWorkers());
    const own = containers.filter(({ labels }) => labels[LABELS.worker] === workerId);
    const orphans = containers.filter(
      (listed) => !own.includes(listed) && !live.has(listed.labels[LABELS.worker] ?? ''),
    );
    const condemned = [...own.filter(isForgotten), ...orphans.filter(({ id }) => suspects.has(id))];
    suspects = new Set(orphans.map(({ id }) => id));
    await removeAll(condemned);
    if (condemned.length > 0) report('removed containers that nobody owned', { count: condemned.length });
  }

  /** @throws when any removal failed, after all were tried */
  async function removeAll(listed: readonly Listed[]): Promise<void> {
    const removals = await Promise.allSettled(listed.map(({ id }) => docker.remove(id)));
    const failures = removals.flatMap((removal) => (removal.status === 'rejected' ? [removal.reason as unknown] : []));
    if (failures.length > 0) throw new AggregateError(failures, 'Could not remove every container');
  }

  async function round(): Promise<void> {
    sweeping = sweep();
    await sweeping.catch((error: unknown) => {
      report('sweep failed', { error: String(error) });
    });
    if (!stopped) timer = setTimeout(() => void round(), SWEEP_MS);
  }

  return {
    sweep,
    start: (): void => void round(),
    async stop(): Promise<void> {
      stopped = true;
      clearTimeout(timer);
      await sweeping.catch(() => undefined);
    },
    /** Removes whatever is left of this worker; call it when it uses none of its containers any more. */
    async removeOwn(): Promise<void> {
      await removeAll(await docker.listByLabel(LABELS.worker, workerId));
    },
  };
}
