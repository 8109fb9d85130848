/** Wires what removes organizations with all that is theirs, wherever it is kept. */
import type { Queues, Stores } from './open-adapters.ts';
import type { Audit } from './services/audit.ts';
import type { Blobs } from './services/blobs.ts';
import type { Dispatcher } from './services/dispatcher.ts';
import type { MassCancellation } from './services/mass-cancellation.ts';
import { createOrganizationRemoval } from './services/organization-removal.ts';

export type RemovalDeps = {
  readonly stores: Pick<Stores, 'organizationRemoval' | 'responseClaims'>;
  readonly queues: Pick<Queues, 'cancels' | 'fairIndex' | 'organizationKeys'>;
  readonly audit: Pick<Audit, 'record'>;
  readonly massCancellation: Pick<MassCancellation, 'cancelInTime'>;
  readonly blobs: Pick<Blobs, 'removeAllOf'>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

export function createRemoval({ stores, queues, massCancellation, blobs, ...deps }: RemovalDeps) {
  return createOrganizationRemoval({
    ...deps,
    store: stores.organizationRemoval,
    cancelOpen: async (organizationId, timeMs) => {
      await massCancellation.cancelInTime({ organizationId }, timeMs);
    },
    endResponses: async (organizationId) => {
      const made = await stores.responseClaims.cancelAll(organizationId);
      await Promise.all(made.map((id) => queues.cancels.request(id)));
      return made.length === 0;
    },
    removeFiles: blobs.removeAllOf,
    fairIndex: queues.fairIndex,
    keys: queues.organizationKeys,
  });
}
