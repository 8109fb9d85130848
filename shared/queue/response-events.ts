/** The log of events of one response: numbered from 1, expiring, and with hints that something new is there. */
import { z } from 'zod';
import { RESPONSE_SECONDS_MAX } from '../contracts/limits.ts';
import { orUnavailable, type QueueRedis } from './connection.ts';
import type { Keyspace } from './keyspace.ts';
import { createScript } from './script.ts';

/** After the last event: a response may say nothing for all of its time, and readers still need what came before. */
const KEPT_MS = RESPONSE_SECONDS_MAX * 1_000;
/** After the end, for readers that are on their way or come back: from then on the row has everything. */
const KEPT_AFTER_END_MS = 60_000;
/** Read at a time. */
const PAGE = 500;
const FIELD = 'event';

/** ARGV: number of the first event, kept ms, channel, then events. */
const APPEND = `
for at = 4, #ARGV do redis.call('XADD', KEYS[1], '0-' .. (ARGV[1] + at - 4), '${FIELD}', ARGV[at]) end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PUBLISH', ARGV[3], '')
return 1
`;

type Deps = { readonly redis: QueueRedis; readonly keyspace: Pick<Keyspace, 'events' | 'channels'> };

export type NumberedText = { readonly number: number; readonly text: string };

const Entries = z.array(z.tuple([z.string(), z.array(z.string())]));

/** Functions throw AppError QUEUE_UNAVAILABLE when Redis is away; events may be lost then, the row has the truth. */
export function createResponseLog({ redis, keyspace }: Deps) {
  const append = createScript(redis, APPEND);
  return {
    /** Adds events in order, numbered from `first`, and wakes the readers, in one round trip. */
    async append(responseId: string, first: number, events: readonly string[]): Promise<void> {
      if (events.length === 0) return;
      const channel = keyspace.channels.events(responseId);
      await append([keyspace.events(responseId)], [first, KEPT_MS, channel, ...events]);
    },

    /** Events after number `after`, in order, a page of them. Nothing once the log has expired. */
    async readAfter(responseId: string, after: number): Promise<NumberedText[]> {
      const key = keyspace.events(responseId);
      const reply = await orUnavailable(() => redis.xrange(key, `(0-${String(after)}`, '+', 'COUNT', PAGE));
      return numberedTexts(reply);
    },

    /** The newest event; undefined where there is no log, or it has expired. */
    async last(responseId: string): Promise<NumberedText | undefined> {
      const reply = await orUnavailable(() => redis.xrevrange(keyspace.events(responseId), '+', '-', 'COUNT', 1));
      return numberedTexts(reply)[0];
    },

    /** It has ended: the log is soon of no use. */
    async expireSoon(responseId: string): Promise<void> {
      await orUnavailable(() => redis.pexpire(keyspace.events(responseId), KEPT_AFTER_END_MS));
    },

    async discard(responseId: string): Promise<void> {
      await orUnavailable(() => redis.unlink(keyspace.events(responseId)));
    },
  };
}

function numberedTexts(reply: unknown): NumberedText[] {
  return Entries.parse(reply).map(([id, fields]) => ({ number: Number(id.slice(2)), text: fields[1] ?? 'null' }));
}
