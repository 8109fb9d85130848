/** Pure: which sandbox an execution gets. */
import type { Isolation } from '../../shared/contracts/execution.ts';

export type Want = {
  readonly organizationId: string;
  readonly isolation: Isolation;
  /** Whether the limits are those of the warm sandboxes. */
  readonly standard: boolean;
};

/** A sandbox that served, or serves, an organization. */
export type BoundView = {
  readonly id: string;
  readonly organizationId: string;
  readonly idleSinceMs: number | null;
  readonly reusable: boolean;
};

export type Choice =
  /** The organization's own, idle. */
  | { readonly kind: 'reuse'; readonly id: string }
  /** A sandbox that belongs to nobody yet, warm or still to be started; `evictId` makes room for it. */
  | { readonly kind: 'new'; readonly evictId: string | null };

const isIdle = (bound: BoundView): bound is BoundView & { idleSinceMs: number } => bound.idleSinceMs !== null;

/**
 * An idle sandbox of the same organization if it may be shared, otherwise a new one. At most `boundMax` sandboxes are
 * bound at a time: when all are and none is the organization's, an idle one goes, of the organization that holds most of
 * them; among several the longest idle one.
 */
export function choose(bound: readonly BoundView[], boundMax: number, want: Want): Choice {
  const idle = bound.filter(isIdle).sort((a, b) => a.idleSinceMs - b.idleSinceMs);
  if (want.isolation === 'organization' && want.standard) {
    const own = idle.findLast((sandbox) => sandbox.reusable && sandbox.organizationId === want.organizationId);
    if (own !== undefined) return { kind: 'reuse', id: own.id };
  }
  return { kind: 'new', evictId: bound.length >= boundMax ? evicted(bound, idle) : null };
}

/** @param idle those of them that are idle, the longest first */
function evicted(bound: readonly BoundView[], idle: readonly BoundView[]): string | null {
  const held = Map.groupBy(bound, (sandbox) => sandbox.organizationId);
  const heldBeside = (sandbox: BoundView) => held.get(sandbox.organizationId)?.length ?? 0;
  return idle.toSorted((a, b) => heldBeside(b) - heldBeside(a))[0]?.id ?? null;
}

/** Of what the service is set to and what a request asks for, the tighter. */
export function tighter(set: Isolation, asked: Isolation): Isolation {
  return set === 'fresh' || asked === 'fresh' ? 'fresh' : 'organization';
}
