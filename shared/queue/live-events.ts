/** Live events of running executions: a bounded, expiring stream for each, and hints that something new is there. */
import { z } from 'zod';
import { LiveEvent } from '../contracts/events.ts';
import { encodeEvent, type PostedEvent } from '../contracts/packed-json.ts';
import { orUnavailable, type QueueRedis } from './connection.ts';
import type { Keyspace } from './keyspace.ts';
import { settle } from './pipeline.ts';
import { createScript } from './script.ts';

export { openSubscriber, type Subscriber } from './subscriber.ts';

/** Older events are dropped past about this many; who needs them reads the row. */
const EVENTS_MAX = 2_000;
/** After the last event, for a run that never ends properly. */
const KEPT_MS = 10 * 60_000;
/** After the end, for readers that are on their way: from then on the row has everything. */
const KEPT_AFTER_END_MS = 15_000;
const FIELD = 'event';

/** ARGV: most events, kept ms, channel, then events. */
const APPEND = `
for at = 4, #ARGV do redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', '${FIELD}', ARGV[at]) end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PUBLISH', ARGV[3], '')
return 1
`;

type Deps = { readonly redis: QueueRedis; readonly keyspace: Pick<Keyspace, 'events' | 'channels'> };

/** Functions throw AppError QUEUE_UNAVAILABLE when Redis is away; an event may be lost then, the row has the truth. */
export function createEventWriter({ redis, keyspace }: Deps) {
  const append = createScript(redis, APPEND);
  return {
    /** Adds events in order and wakes the readers, in one round trip. */
    async append(executionId: string, events: readonly PostedEvent[]): Promise<void> {
      if (events.length === 0) return;
      const channel = keyspace.channels.events(executionId);
      await append([keyspace.events(executionId)], [EVENTS_MAX, KEPT_MS, channel, ...events.map(encodeEvent)]);
    },
    /** The executions are final: their streams are soon of no use. */
    async expireSoon(executionIds: readonly string[]): Promise<void> {
      const commands = redis.pipeline();
      for (const id of executionIds) commands.pexpire(keyspace.events(id), KEPT_AFTER_END_MS);
      await orUnavailable(() => settle(commands.exec()));
    },
    async discard(executionId: string): Promise<void> {
      await orUnavailable(() => redis.unlink(keyspace.events(executionId)));
    },
  };
}

export type EventWriter = ReturnType<typeof createEventWriter>;

export type StoredEvent = { readonly id: string; readonly event: LiveEvent };

const EVENT_ID = /^\d{1,16}-\d{1,16}$/;
/** Before every event. */
const FIRST_EVENT_ID = '0-0';

const Entries = z.array(z.tuple([z.string(), z.array(z.string())]));

export function createEventReader({ redis, keyspace }: Deps) {
  return {
    /**
     * Events after `afterId`, in order. A text that is no event id, as a client's `Last-Event-ID` may be, counts as
     * `0-0`: all events. Nothing once the stream has expired.
     * @throws AppError QUEUE_UNAVAILABLE
     */
    async readAfter(executionId: string, afterId: string): Promise<StoredEvent[]> {
      const after = EVENT_ID.test(afterId) ? afterId : FIRST_EVENT_ID;
      const reply = await orUnavailable(() => redis.xrange(keyspace.events(executionId), `(${after}`, '+'));
      return Entries.parse(reply).flatMap(([id, fields]) => {
        const event = parseEvent(fields[1]);
        return event === undefined ? [] : [{ id, event }];
      });
    },
  };
}

export type EventReader = ReturnType<typeof createEventReader>;

/** Undefined for an event of a newer version that this one does not know. */
function parseEvent(text = 'null'): LiveEvent | undefined {
  return LiveEvent.safeParse(JSON.parse(text)).data;
}

export function createDoneNotifier({ redis, keyspace }: Deps) {
  return {
    /** Tells every process that these executions are final. */
    async announce(executionIds: readonly string[]): Promise<void> {
      if (executionIds.length === 0) return;
      await orUnavailable(() => redis.publish(keyspace.channels.done, executionIds.join(' ')));
    },
  };
}
