/**
 * The order in which queued executions reach the workers: ids only, fair between organizations, run by any process.
 * It lets out what the workers can take and one more, so that the queue behind it stays short.
 */
import { z } from 'zod';
import { QUEUED_BYTES_PER_ORGANIZATION_MAX, QUEUED_PER_ORGANIZATION_MAX } from '../contracts/limits.ts';
import { orUnavailable, type QueueRedis } from './connection.ts';
import * as scripts from './fair-index-scripts.ts';
import { bindScript } from './fair-index-keys.ts';
import { settingsText, type IndexSettings } from './fair-index-settings.ts';
import type { Keyspace } from './keyspace.ts';

/** Nothing is released while a rebuild goes on; one that broke off holds the index up no longer than this. */
const REBUILD_HOLD_MS = 10_000;
const RESTORE_BATCH = 500;

export type QueuedEntry = {
  readonly organizationId: string;
  readonly executionId: string;
  /** What the execution counts against its organization's bound: code and stdin. */
  readonly bytes: number;
};
export type NewEntry = QueuedEntry & {
  /** What is set for the organization now; left out, what the index has stays. */
  readonly settings?: IndexSettings | undefined;
  /** The organization's bounds, where they are not those of all. */
  readonly queuedMax?: number | undefined;
  readonly queuedBytesMax?: number | undefined;
};
export type RebuildEntry = QueuedEntry & {
  readonly inFlight: boolean;
  readonly settings?: IndexSettings | undefined;
};

/** `released`: ids to dispatch now, perhaps other ones than the call was about. Whoever gets an id must dispatch or give it back. */
export type Released = { readonly released: string[] };
export type Submission =
  | ({ readonly accepted: true } & Released)
  | { readonly accepted: false; readonly reason: 'count' | 'bytes'; readonly limit: number };

export type FairIndexOptions = {
  readonly redis: QueueRedis;
  readonly keyspace: Pick<Keyspace, 'fairIndex'>;
  /** Executions of one organization that wait for dispatch, where a submission does not say. */
  readonly queuedMax?: number;
  /** Bytes of one organization's executions that wait for dispatch, where a submission does not say. */
  readonly queuedBytesMax?: number;
};

const Ids = z.array(z.string());

/** Every function throws AppError QUEUE_UNAVAILABLE when Redis is away; what was asked may have happened all the same. */
export function createFairIndex(options: FairIndexOptions) {
  const { redis } = options;
  const bounds = {
    queuedMax: options.queuedMax ?? QUEUED_PER_ORGANIZATION_MAX,
    queuedBytesMax: options.queuedBytesMax ?? QUEUED_BYTES_PER_ORGANIZATION_MAX,
  };
  const keys = options.keyspace.fairIndex;
  const run = openScripts(options);
  const ids = async (answer: Promise<unknown>): Promise<Released> => ({ released: Ids.parse(await answer) });

  return {
    /** Adds a queued id unless its organization is at a bound; an id that is already there stays as it is. */
    async submit({ organizationId, executionId, bytes, settings, ...own }: NewEntry): Promise<Submission> {
      const { queuedMax = bounds.queuedMax, queuedBytesMax = bounds.queuedBytesMax } = own;
      const text = settings === undefined ? '' : settingsText(settings);
      const [reason, ...released] = Ids.parse(
        await run.submit([executionId, organizationId, bytes, queuedMax, queuedBytesMax, text]),
      );
      if (reason === 'count') return { accepted: false, reason, limit: queuedMax };
      if (reason === 'bytes') return { accepted: false, reason, limit: queuedBytesMax };
      return { accepted: true, released };
    },

    /**
     * From now on the organization is served by these; what is in flight goes on. Settings of an earlier version than
     * the index has change nothing.
     */
    configure: (organizationId: string, settings: IndexSettings) =>
      ids(run.configure([organizationId, settingsText(settings)])),

    /** Takes out everything of the organization, also what was dispatched and what was set. */
    forget: (organizationId: string) => ids(run.forget([organizationId])),

    /** Holds back all organizations, or lets them go on. A wipe of Redis forgets it. */
    setPaused: (paused: boolean) => ids(run.setPaused([paused ? 1 : 0])),

    /** The execution is final or gone: it leaves backlog or flight. An unknown id changes nothing, but may release. */
    finish: (executionId: string) => ids(run.finish([executionId])),

    /**
     * @param slots live slots of all workers; at most slots + 1 are in flight, and none is let out at 0.
     *   Call it every few seconds also when nothing changed: it releases what given-back ids left room for.
     */
    setSlots: (slots: number) => ids(run.setSlots([slots])),

    /** After a failed dispatch: back to the head of its organization's backlog. Releases nothing: `setSlots` does later. */
    async giveBack(executionId: string): Promise<void> {
      await run.giveBack([executionId]);
    },

    /** What was dispatched and has not ended, the longest first; times by Redis's clock. */
    async inFlight(): Promise<{ executionId: string; dispatchedAtMs: number }[]> {
      const flat = Ids.parse(await orUnavailable(() => redis.zrange(keys.inFlight, 0, '-1', 'WITHSCORES')));
      return flat.flatMap((executionId, at) =>
        at % 2 === 0 ? [{ executionId, dispatchedAtMs: Number(flat[at + 1]) }] : [],
      );
    },

    async depth(): Promise<{ queued: number; inFlight: number }> {
      const [all, inFlight] = await orUnavailable(() =>
        Promise.all([redis.hlen(keys.entries), redis.zcard(keys.inFlight)]),
      );
      return { queued: Math.max(all - inFlight, 0), inFlight };
    },

    /** False when Redis was wiped (or is new): the index then wants a rebuild. */
    async hasEpoch(): Promise<boolean> {
      return (await orUnavailable(() => redis.hexists(keys.state, 'epoch'))) === 1;
    },

    /**
     * Fills the index from rows, oldest first, and sets the epoch. Afterwards it holds exactly these and what was
     * submitted since the call: give an iterable that reads the rows when it is asked, for a row inserted between an
     * earlier reading and the call would be missing. Only one process may rebuild at a time; settings, pause and slots stay.
     */
    async rebuild(entries: AsyncIterable<RebuildEntry> | readonly RebuildEntry[]): Promise<Released> {
      await run.beginRebuild([REBUILD_HOLD_MS]);
      const configured = new Set<string>();
      const early: string[] = []; // reading the rows may take longer than the index is held up
      let batch: (string | number)[] = [];
      for await (const { executionId, organizationId, bytes, inFlight, settings } of entries) {
        if (settings !== undefined && !configured.has(organizationId)) {
          configured.add(organizationId);
          early.push(...Ids.parse(await run.configure([organizationId, settingsText(settings)])));
        }
        batch.push(executionId, organizationId, bytes, inFlight ? 1 : 0);
        if (batch.length < RESTORE_BATCH * 4) continue;
        await run.restore([REBUILD_HOLD_MS, ...batch]);
        batch = [];
      }
      if (batch.length > 0) await run.restore([REBUILD_HOLD_MS, ...batch]);
      const { released } = await ids(run.endRebuild([]));
      return { released: [...early, ...released] };
    },
  };
}

export type FairIndex = ReturnType<typeof createFairIndex>;

function openScripts(options: FairIndexOptions) {
  const bind = (lua: string) => bindScript(options, lua);
  return {
    submit: bind(scripts.SUBMIT),
    configure: bind(scripts.CONFIGURE),
    forget: bind(scripts.FORGET),
    setPaused: bind(scripts.SET_PAUSED),
    finish: bind(scripts.FINISH),
    setSlots: bind(scripts.SET_SLOTS),
    giveBack: bind(scripts.GIVE_BACK),
    beginRebuild: bind(scripts.BEGIN_REBUILD),
    restore: bind(scripts.RESTORE),
    endRebuild: bind(scripts.END_REBUILD),
  };
}
