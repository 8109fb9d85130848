/** What the fair index holds of each organization: for operators. */
import { z } from 'zod';
import { orUnavailable } from './connection.ts';
import { bindScript, type FairIndexRedis } from './fair-index-keys.ts';
import { STATE } from './fair-index-scripts.ts';
import { parseSettings, type IndexSettings } from './fair-index-settings.ts';

export type OrganizationQueue = {
  readonly organizationId: string;
  readonly queued: number;
  readonly queuedBytes: number;
  /** Dispatched and not ended: on their way to a worker, or running. */
  readonly inFlight: number;
  readonly settings: IndexSettings;
  /** Part of the turns that it gets while all that could be served now go on so; null while it could not be. */
  readonly share: number | null;
  readonly oldestExecutionId: string | null;
};

export type QueuePage = {
  /** Organizations after this one, by their ids; all from the first when it is left out. */
  readonly after?: string | undefined;
  readonly limit: number;
};

const FIELDS = 6;
const SETTINGS_PER_SCAN = 1_000;
const Texts = z.array(z.string());

/** Every function throws AppError QUEUE_UNAVAILABLE when Redis is away. */
export function createFairIndexState(deps: FairIndexRedis) {
  const { redis } = deps;
  const { state, ready, settings, members } = deps.keyspace.fairIndex;
  const run = bindScript(deps, STATE);

  /** The weights of all that could be served now: 1 each, but for those that something was set for. */
  async function readyWeight(): Promise<number> {
    let total = await redis.zcard(ready);
    let cursor = '0';
    do {
      const [next, flat] = await redis.hscan(settings, cursor, 'COUNT', SETTINGS_PER_SCAN);
      const set = flat.flatMap((organizationId, at) =>
        at % 2 === 0 ? [{ organizationId, weight: parseSettings(flat[at + 1] ?? '').weight }] : [],
      );
      const tags = set.length === 0 ? [] : await redis.zmscore(ready, ...set.map((one) => one.organizationId));
      for (const [at, { weight }] of set.entries()) if (typeof tags[at] === 'string') total += weight - 1;
      cursor = next;
    } while (cursor !== '0');
    return total;
  }

  async function statesOf(organizationIds: readonly string[]): Promise<OrganizationQueue[]> {
    if (organizationIds.length === 0) return [];
    const [flat, weight] = await Promise.all([run(organizationIds), orUnavailable(readyWeight)]);
    const texts = Texts.parse(flat);
    return organizationIds.map((organizationId, at) =>
      toState(organizationId, texts.slice(at * FIELDS, (at + 1) * FIELDS), weight),
    );
  }

  return {
    /** Of one organization, also where nothing of it is there. */
    async state(organizationId: string): Promise<OrganizationQueue> {
      const [state] = await statesOf([organizationId]);
      if (state === undefined) throw new Error('the index told nothing of the organization');
      return state;
    },

    /** Organizations of which anything is queued or in flight, by their ids; one more than `limit` tells that there are more. */
    async page({ after, limit }: QueuePage): Promise<OrganizationQueue[]> {
      const from = after === undefined ? '-' : `(${after}`;
      return statesOf(await orUnavailable(() => redis.zrangebylex(members, from, '+', 'LIMIT', 0, limit + 1)));
    },

    /** Whether operators hold back all organizations. */
    async isPaused(): Promise<boolean> {
      return (await orUnavailable(() => redis.hexists(state, 'paused'))) === 1;
    },
  };
}

export type FairIndexState = ReturnType<typeof createFairIndexState>;

function toState(organizationId: string, texts: readonly string[], readyWeight: number): OrganizationQueue {
  const [queued, queuedBytes, inFlight, settingsText = '', oldest, isReady] = texts;
  const settings = parseSettings(settingsText);
  return {
    organizationId,
    queued: Number(queued),
    queuedBytes: Number(queuedBytes),
    inFlight: Number(inFlight),
    settings,
    share: isReady === '1' ? settings.weight / Math.max(readyWeight, settings.weight) : null,
    oldestExecutionId: oldest === '' || oldest === undefined ? null : oldest,
  };
}
