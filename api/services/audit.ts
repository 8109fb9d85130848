/**
 * Writes down who did what, from where, to what. Entries hold ids, numbers and names of fields: never secrets, code or
 * anything that a tenant wrote. What callers can make it write without rights, or again and again, is bounded.
 */
import { AuditEntry, type Actor, type AuditOutcome, type Origin } from '../../shared/contracts/audit.ts';
import { AppError, ERROR_STATUS } from '../../shared/contracts/errors.ts';
import type { AuditEntryRow, AuditQuery, AuditStore } from '../store/audit-store.ts';

/** What was done, or tried. */
export type AuditedAct = Origin & {
  /** A noun and a verb: `organization.suspend`. */
  readonly action: string;
  readonly organizationId?: string | null | undefined;
  readonly targetId?: string | null | undefined;
  /** Ids, numbers, names of fields. */
  readonly details?: Readonly<Record<string, string | number | boolean | null | undefined | readonly string[]>>;
};

type Counter = {
  isBlocked(organizationId: string): Promise<{ blocked: boolean; retryAfterSeconds: number }>;
  recordFailure(organizationId: string): Promise<void>;
};

export type AuditDeps = {
  readonly store: AuditStore;
  /** Counts what each organization's keys change. */
  readonly changes: Counter;
  /** Counts what they are denied. */
  readonly denials: Counter;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

/** What the service does by itself. */
export const BY_SERVICE: Origin = { actor: { type: 'service', id: null, address: null }, requestId: null };

/** Denied attempts without a key that one process writes down in a minute, however many addresses they come from. */
export const DENIED_PER_MINUTE_MAX = 60;
const MINUTE_MS = 60_000;

export function createAudit({ store, changes, denials, nowMs, report }: AuditDeps) {
  let windowEndMs = -Infinity;
  let deniedInWindow = 0;

  async function record(entry: AuditedAct & { readonly outcome: AuditOutcome }): Promise<void> {
    const { actor, requestId, action, outcome, organizationId = null, targetId = null, details = {} } = entry;
    await store.add({
      ...actorColumns(actor),
      request_id: requestId,
      action,
      outcome,
      organization_id: organizationId,
      target_id: targetId,
      details,
    });
  }

  function hasRoomForDenied(): boolean {
    if (nowMs() >= windowEndMs) {
      windowEndMs = nowMs() + MINUTE_MS;
      deniedInWindow = 0;
    }
    deniedInWindow += 1;
    if (deniedInWindow === DENIED_PER_MINUTE_MAX + 1) {
      report('more attempts are denied than are written down', { writtenDown: DENIED_PER_MINUTE_MAX });
    }
    return deniedInWindow <= DENIED_PER_MINUTE_MAX;
  }

  /** Never rejects: the caller has another error to tell. */
  async function recordQuietly(entry: AuditedAct & { readonly outcome: AuditOutcome }): Promise<void> {
    await record(entry).catch((error: unknown) => {
      report('an audit entry could not be stored', { action: entry.action, outcome: entry.outcome, error });
    });
  }

  /** @throws AppError RATE_LIMITED */
  async function countChange(act: AuditedAct): Promise<void> {
    if (!isBounded(act)) return;
    const { organizationId } = act;
    const { blocked, retryAfterSeconds } = await changes.isBlocked(organizationId);
    if (blocked) {
      throw new AppError('RATE_LIMITED', 'Your organization has changed its keys or webhooks too often.', {
        retryAfterSeconds,
      });
    }
    await changes.recordFailure(organizationId);
  }

  /**
   * Counted apart: a key that may change nothing must use up neither what its organization may change, nor the room
   * that tells of attempts without a key.
   */
  async function countDenied(organizationId: string): Promise<boolean> {
    const states = await Promise.all([changes, denials].map(async (counter) => counter.isBlocked(organizationId)));
    if (states.some(({ blocked }) => blocked)) return false;
    await denials.recordFailure(organizationId);
    return true;
  }

  return {
    /** @throws AppError DATABASE_UNAVAILABLE */
    record,

    /** Somebody without the right to do it tried. Never rejects. */
    async recordDenied(entry: AuditedAct): Promise<void> {
      const hasRoom = isBounded(entry) ? await countDenied(entry.organizationId) : hasRoomForDenied();
      if (hasRoom) await recordQuietly({ ...entry, outcome: 'denied' });
    },

    /**
     * Does `work` and writes down how it went: nothing is answered as done that left no trace.
     * What an organization's own keys do counts against a bound.
     * @throws AppError RATE_LIMITED, and what `work` throws
     */
    async attempt<T>(act: AuditedAct, work: () => Promise<T>): Promise<T> {
      await countChange(act);
      let result: T;
      try {
        result = await work();
      } catch (error) {
        await recordQuietly({ ...act, ...failure(error), details: { ...act.details, ...codeOf(error) } });
        throw error;
      }
      await record({ ...act, outcome: 'done' });
      return result;
    },

    /** Newest first. */
    async list(query: AuditQuery): Promise<{ data: AuditEntry[]; hasMore: boolean }> {
      const rows = await store.list(query);
      return { data: rows.slice(0, query.limit).map(toAuditEntry), hasMore: rows.length > query.limit };
    },
  };
}

export type Audit = ReturnType<typeof createAudit>;

/** Whether a key acts: its organization answers for how often. */
function isBounded(act: AuditedAct): act is AuditedAct & { readonly organizationId: string } {
  return act.actor.type === 'key' && typeof act.organizationId === 'string';
}

function actorColumns({ type, id, address }: Actor) {
  return { actor_type: type, actor_id: id, address };
}

function failure(error: unknown): { outcome: AuditOutcome } {
  const refused = error instanceof AppError && ERROR_STATUS[error.code] === 403;
  return { outcome: refused ? 'denied' : 'failed' };
}

function codeOf(error: unknown): { code: string } {
  return { code: error instanceof AppError ? error.code : 'INTERNAL' };
}

function toAuditEntry(row: AuditEntryRow): AuditEntry {
  return {
    id: row.id,
    object: 'audit_entry',
    at: row.at.toISOString(),
    actor: { type: row.actor_type, id: row.actor_id, address: row.address },
    request_id: row.request_id,
    action: row.action,
    outcome: row.outcome,
    organization_id: row.organization_id,
    target_id: row.target_id,
    details: AuditEntry.shape.details.parse(row.details),
  };
}
