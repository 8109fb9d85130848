/**
 * Removes organizations that are being deleted, with everything that is theirs. A step of the reconciler: each pass does
 * a little, whichever process makes it, and goes on from what it finds. The organization's row goes last.
 *
 *     deleting ─► nothing open ─► no request on its way ─► no rows ─► no files ─► nothing in Redis ─► gone
 */
import type { ExecutionId, OrganizationId } from '../../shared/contracts/ids.ts';
import type { OrganizationRemovalStore } from '../store/organization-removal-store.ts';
import { BY_SERVICE, type Audit } from './audit.ts';
import { isOutage } from './reconciler.ts';

export type OrganizationRemovalDeps = {
  readonly store: OrganizationRemovalStore;
  /** Cancels what is open, the oldest first, for as long as it is given; open runs end a little later. */
  readonly cancelOpen: (organizationId: OrganizationId, timeMs: number) => Promise<void>;
  /** Asks for the end of all responses, which would have more code run. @returns whether none is being made */
  readonly endResponses: (organizationId: OrganizationId) => Promise<boolean>;
  /** Removes every file and content; it may be called again after it broke off. */
  readonly removeFiles: (organizationId: OrganizationId) => Promise<void>;
  readonly fairIndex: { forget(organizationId: string): Promise<{ released: string[] }> };
  readonly dispatcher: { dispatch(executionIds: readonly string[]): void };
  readonly keys: {
    forgetExecutions(executionIds: readonly ExecutionId[]): Promise<void>;
    forgetOrganization(organizationId: OrganizationId): Promise<void>;
  };
  readonly audit: Pick<Audit, 'record'>;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
  readonly graceMs?: number;
};

/**
 * Keys are known to other processes for 2 s after their end, and what such a request asked for comes a little later.
 * What comes later still finds no organization.
 */
const GRACE_MS = 3_000;
/** How long one pass may go on: the other steps of the reconciler wait meanwhile. */
const PASS_MS = 250;
const ORGANIZATIONS_PER_PASS = 20;
/** So few that a batch stays far from a statement's time limit, however large the outputs are. */
const ROWS_PER_BATCH = 100;

export function createOrganizationRemoval(deps: OrganizationRemovalDeps) {
  const {
    store,
    cancelOpen,
    endResponses,
    fairIndex,
    dispatcher,
    keys,
    audit,
    nowMs,
    report,
    graceMs = GRACE_MS,
  } = deps;
  /** When this process first saw that an organization is being deleted. */
  const seenMs = new Map<OrganizationId, number>();
  const files = createFileRemoval(deps);

  /** @returns whether none is left */
  async function emptied(id: OrganizationId, untilMs: number): Promise<boolean> {
    do {
      const { count, executionIds } = await store.removeRows(id, ROWS_PER_BATCH);
      await keys.forgetExecutions(executionIds);
      if (count === 0) return true;
    } while (nowMs() < untilMs);
    return false;
  }

  async function goOn(id: OrganizationId, untilMs: number): Promise<void> {
    const firstMs = seenMs.get(id) ?? nowMs();
    seenMs.set(id, firstMs);
    const isAnswered = await endResponses(id);
    await cancelOpen(id, Math.max(untilMs - nowMs(), 0));
    if (nowMs() - firstMs < graceMs || !isAnswered || (await store.hasOpenExecutions(id))) return;
    if (!(await emptied(id, untilMs)) || !files.isDone(id)) return;
    dispatcher.dispatch((await fairIndex.forget(id)).released);
    await keys.forgetOrganization(id);
    if (!(await store.remove(id))) {
      files.startAgain(id);
      return;
    }
    await audit.record({
      ...BY_SERVICE,
      action: 'organization.remove',
      outcome: 'done',
      organizationId: id,
      targetId: id,
    });
  }

  return {
    /** The oldest first; one that cannot be removed now holds up no other. */
    async removal(): Promise<void> {
      const ids = await store.deleting(ORGANIZATIONS_PER_PASS);
      for (const id of seenMs.keys()) if (!ids.includes(id)) seenMs.delete(id);
      files.keepOnly(ids);
      const untilMs = nowMs() + PASS_MS;
      for (const id of ids) {
        await goOn(id, untilMs).catch((error: unknown) => {
          if (isOutage(error)) throw error;
          report('an organization could not be removed yet', { organizationId: id, error });
        });
      }
    },
  };
}

/** Contents can be many and far away: they are removed beside the reconciler, which only looks whether that is done. */
function createFileRemoval({ removeFiles, report }: Pick<OrganizationRemovalDeps, 'removeFiles' | 'report'>) {
  const states = new Map<OrganizationId, 'underway' | 'done'>();

  function start(id: OrganizationId): void {
    states.set(id, 'underway');
    removeFiles(id).then(
      () => states.set(id, 'done'),
      (error: unknown) => {
        states.delete(id); // the next pass begins again
        report('the files of an organization could not be removed yet', { organizationId: id, error });
      },
    );
  }

  return {
    isDone(id: OrganizationId): boolean {
      if (!states.has(id)) start(id);
      return states.get(id) === 'done';
    },
    /** Something came while they were removed. */
    startAgain(id: OrganizationId): void {
      states.delete(id);
    },
    keepOnly(ids: readonly OrganizationId[]): void {
      for (const id of states.keys()) if (!ids.includes(id)) states.delete(id);
    },
  };
}
