/** On what terms an organization's executions wait: what the fair index is told of it, and keeps to. */
import type { QuotaOverrides, Quotas } from '../../shared/contracts/quotas.ts';
import type { IndexSettings } from '../../shared/queue/fair-index-settings.ts';
import type { QueueTermsStore } from '../store/queue-terms-store.ts';
import type { Dispatcher } from './dispatcher.ts';
import { queueSettingsOf, type QueueRule } from './queue-settings.ts';

export type QueueTerms = {
  readonly settings: IndexSettings;
  /** Executions that may wait. */
  readonly queuedMax: number;
  /** Bytes of code and stdin that may wait. */
  readonly queuedBytesMax: number;
};

export type QueueTermsDeps = {
  readonly store: QueueTermsStore;
  readonly quotasOf: (overrides: QuotaOverrides) => Quotas;
  readonly fairIndex: {
    configure(organizationId: string, settings: IndexSettings): Promise<Released>;
    forget(organizationId: string): Promise<Released>;
  };
  readonly indexState: {
    page(of: { readonly after?: string | undefined; readonly limit: number }): Promise<readonly Known[]>;
  };
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
};

type Released = { readonly released: readonly string[] };
type Known = { readonly organizationId: string; readonly settings: IndexSettings };

/** What could not be told to the index when it was changed counts no later than this. */
const COMPARE_EVERY_MS = 5_000;
const COMPARED_AT_ONCE = 500;

/** Pure. */
export function termsOf(rule: QueueRule): QueueTerms {
  const { queued_max: queuedMax, queued_bytes_max: queuedBytesMax } = rule.quotas;
  return { settings: queueSettingsOf(rule), queuedMax, queuedBytesMax };
}

export function createQueueTerms(deps: QueueTermsDeps) {
  const { store, quotasOf, fairIndex, indexState, dispatcher, nowMs } = deps;
  let comparedAtMs = -Infinity;

  /** Of those that there are. */
  async function ofMany(organizationIds: readonly string[]): Promise<ReadonlyMap<string, QueueTerms>> {
    const rows = await store.ofMany(organizationIds);
    return new Map(
      rows.map((row) => {
        const { status, queue_paused: queuePaused, quotas, settings_version: version } = row;
        return [row.id, termsOf({ status, queuePaused, quotas: quotasOf(quotas), version })];
      }),
    );
  }

  async function correct(page: readonly Known[]): Promise<void> {
    const terms = await ofMany(page.map(({ organizationId }) => organizationId));
    for (const { organizationId, settings } of page) {
      const wanted = terms.get(organizationId);
      if (wanted === undefined) {
        // Redis came back with what it held before the organization was removed: paused, it would wait for ever.
        dispatcher.dispatch((await fairIndex.forget(organizationId)).released);
      } else if (!isSame(wanted.settings, settings)) {
        dispatcher.dispatch((await fairIndex.configure(organizationId, wanted.settings)).released);
      }
    }
  }

  return {
    ofMany,

    /** A step of the reconciler: the index follows the rows also where it was away when they changed. */
    async compare(): Promise<void> {
      if (nowMs() - comparedAtMs < COMPARE_EVERY_MS) return;
      comparedAtMs = nowMs();
      let after: string | undefined;
      for (;;) {
        const found = await indexState.page({ after, limit: COMPARED_AT_ONCE });
        await correct(found);
        after = found.at(-1)?.organizationId;
        if (found.length <= COMPARED_AT_ONCE) return;
      }
    },
  };
}

export type QueueTermsService = ReturnType<typeof createQueueTerms>;

function isSame(one: IndexSettings, other: IndexSettings): boolean {
  return (
    one.weight === other.weight && one.cap === other.cap && one.paused === other.paused && one.version === other.version
  );
}
