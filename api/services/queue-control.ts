/**
 * The queue as operators see it, and holding it back: all of it, or what one organization has in it. What is held back
 * stands in the database; the index in Redis follows it, also after it was wiped.
 */
import type { Origin } from '../../shared/contracts/audit.ts';
import { ExecutionId, OrganizationId } from '../../shared/contracts/ids.ts';
import type { OrganizationQueue, QueueState } from '../../shared/contracts/operator-queue.ts';
import type { WorkerStatus } from '../../shared/contracts/worker-status.ts';
import type { FairIndexState, OrganizationQueue as IndexedQueue } from '../../shared/queue/fair-index-state.ts';
import type { OperatorExecutionStore } from '../store/operator-execution-store.ts';
import type { ServiceSettingsStore } from '../store/service-settings-store.ts';
import type { Audit } from './audit.ts';
import type { Dispatcher } from './dispatcher.ts';
import { takesJobs } from './health.ts';
import { noSuchOrganization, type OrganizationSettingsReader } from './organization-settings.ts';

export type QueueControlDeps = {
  readonly serviceSettings: ServiceSettingsStore;
  readonly organizations: { setQueuePaused(id: OrganizationId, paused: boolean): Promise<boolean> };
  readonly executions: Pick<OperatorExecutionStore, 'createdAt'>;
  readonly oldestQueuedSeconds: () => Promise<number | null>;
  readonly runningOf: (organizationIds: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  readonly fairIndex: {
    depth(): Promise<{ queued: number; inFlight: number }>;
    setPaused(paused: boolean): Promise<{ released: string[] }>;
  };
  readonly indexState: FairIndexState;
  readonly backlog: { size(): Promise<{ reports: number; bytes: number }> };
  readonly heartbeats: { list(): Promise<WorkerStatus[]> };
  readonly settings: Pick<OrganizationSettingsReader, 'find' | 'forget'>;
  /** Makes what is set for the organization count in the queue. */
  readonly applyToQueue: (organizationId: OrganizationId) => Promise<void>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly audit: Pick<Audit, 'attempt'>;
};

export type QueueListQuery = { readonly limit: number; readonly after?: OrganizationId | undefined };

export function createQueueControl(deps: QueueControlDeps) {
  const { serviceSettings, organizations, executions, fairIndex, indexState, settings, dispatcher, audit } = deps;

  async function state(): Promise<QueueState> {
    const [paused, depth, oldest, backlog, workers] = await Promise.all([
      serviceSettings.isQueuePaused(),
      fairIndex.depth(),
      deps.oldestQueuedSeconds(),
      deps.backlog.size(),
      deps.heartbeats.list(),
    ]);
    return {
      object: 'queue',
      paused,
      queued: depth.queued,
      in_flight: depth.inFlight,
      slots: workers.filter(takesJobs).reduce((sum, worker) => sum + worker.slots, 0),
      oldest_queued_seconds: oldest,
      results_backlog: backlog,
    };
  }

  async function told(queues: readonly IndexedQueue[]): Promise<OrganizationQueue[]> {
    const oldest = queues.flatMap((queue) => queue.oldestExecutionId ?? []);
    const [createdAt, running] = await Promise.all([
      executions.createdAt(oldest),
      deps.runningOf(queues.map(({ organizationId }) => organizationId)),
    ]);
    return queues.map((queue) => toOrganizationQueue(queue, { createdAt, running }));
  }

  /** @throws AppError NOT_FOUND, QUEUE_UNAVAILABLE */
  async function stateOf(organizationId: OrganizationId): Promise<OrganizationQueue> {
    const { queuePaused, status } = await settings.find(organizationId);
    const [queue] = await told([await indexState.state(organizationId)]);
    if (queue === undefined) throw noSuchOrganization();
    return { ...queue, paused: queue.paused || queuePaused || status !== 'active' };
  }

  async function followRow(paused: boolean): Promise<void> {
    dispatcher.dispatch((await fairIndex.setPaused(paused)).released);
  }

  return {
    state,
    stateOf,

    /** Organizations of which anything is in the queue, by their ids. */
    async list({ limit, after }: QueueListQuery): Promise<{ data: OrganizationQueue[]; hasMore: boolean }> {
      const queues = await indexState.page({ limit, after });
      return { data: await told(queues.slice(0, limit)), hasMore: queues.length > limit };
    },

    /**
     * Holds back all executions that are not in flight, or lets them go on.
     * @throws AppError QUEUE_UNAVAILABLE: then it counts as soon as Redis is back
     */
    async setPaused(paused: boolean, origin: Origin): Promise<QueueState> {
      return audit.attempt({ ...origin, action: paused ? 'queue.pause' : 'queue.resume' }, async () => {
        await serviceSettings.setQueuePaused(paused);
        await followRow(paused);
        return state();
      });
    },

    /**
     * The same for one organization.
     * @throws AppError NOT_FOUND, QUEUE_UNAVAILABLE: then it counts as soon as Redis is back
     */
    async setOrganizationPaused(id: OrganizationId, paused: boolean, origin: Origin): Promise<OrganizationQueue> {
      const action = paused ? 'organization.pause_queue' : 'organization.resume_queue';
      return audit.attempt({ ...origin, action, organizationId: id, targetId: id }, async () => {
        if (!(await organizations.setQueuePaused(id, paused))) throw noSuchOrganization();
        settings.forget(id);
        await deps.applyToQueue(id);
        return stateOf(id);
      });
    },

    /**
     * A step of the reconciler. The index is asked first: when both change between the two answers, the row, which is
     * changed first, is at least as new.
     */
    async queuePause(): Promise<void> {
      const inIndex = await indexState.isPaused();
      const paused = await serviceSettings.isQueuePaused();
      if (paused !== inIndex) await followRow(paused);
    },
  };
}

export type QueueControl = ReturnType<typeof createQueueControl>;

type InRows = {
  readonly createdAt: ReadonlyMap<string, Date>;
  readonly running: ReadonlyMap<string, number>;
};

function toOrganizationQueue(queue: IndexedQueue, { createdAt, running }: InRows): OrganizationQueue {
  const { settings, oldestExecutionId } = queue;
  return {
    object: 'organization.queue',
    organization_id: OrganizationId.parse(queue.organizationId),
    paused: settings.paused,
    queued: queue.queued,
    queued_bytes: queue.queuedBytes,
    in_flight: queue.inFlight,
    running: running.get(queue.organizationId) ?? 0,
    running_max: settings.cap,
    weight: settings.weight,
    share: queue.share,
    oldest_execution_id: oldestExecutionId === null ? null : ExecutionId.parse(oldestExecutionId),
    oldest_queued_at: createdAt.get(oldestExecutionId ?? '')?.toISOString() ?? null,
  };
}
