/** The commands of the results stream's consumer group, with replies parsed. */
import { z } from 'zod';
import type { QueueRedis } from './connection.ts';
import type { Keyspace } from './keyspace.ts';
import { settle } from './pipeline.ts';

/** One group for all api processes: each report goes to one of them. */
const GROUP = 'api';
export const REPORT_FIELD = 'report';

/** `text` is null when the entry has no report, or was deleted after it had been delivered. */
export type ResultEntry = { readonly id: string; readonly text: string | null };

const Entry = z.tuple([z.string(), z.array(z.string()).nullable()]);
const Streams = z.array(z.tuple([z.string(), z.array(Entry)])).nullable();
const Claimed = z.tuple([z.string(), z.array(Entry)], z.unknown());

type Deps = {
  readonly redis: QueueRedis;
  readonly keyspace: Pick<Keyspace, 'results'>;
  /** Unique among the processes that run at a time. */
  readonly consumerName: string;
};

export function createResultReader({ redis, keyspace: { results }, consumerName }: Deps) {
  return {
    /** Waits up to `blockMs` for reports that no process has had. */
    async readNew(count: number, blockMs: number): Promise<ResultEntry[]> {
      const reply = await redis.xreadgroup(
        ...(['GROUP', GROUP, consumerName, 'COUNT', count, 'BLOCK', blockMs, 'STREAMS', results, '>'] as const),
      );
      return entriesOf(reply);
    },

    /** What this consumer had and has not acknowledged, after the id `after`. */
    async readPending(after: string, count: number): Promise<ResultEntry[]> {
      return entriesOf(await redis.xreadgroup('GROUP', GROUP, consumerName, 'COUNT', count, 'STREAMS', results, after));
    },

    /** Takes over what any consumer has had for longer than `idleMs` without acknowledging it. */
    async claimIdle(count: number, idleMs: number): Promise<ResultEntry[]> {
      const reply = await redis.xautoclaim(results, GROUP, consumerName, idleMs, '0-0', 'COUNT', count);
      return Claimed.parse(reply)[1].map(toEntry);
    },

    /** Removes handled reports for good. */
    async acknowledge(ids: readonly string[]): Promise<void> {
      if (ids.length === 0) return;
      const commands = redis
        .multi()
        .xack(results, GROUP, ...ids)
        .xdel(results, ...ids);
      await settle(commands.exec());
    },

    /** Makes the group, from the stream's beginning on; harmless when it is there. */
    async createGroup(): Promise<void> {
      await redis.xgroup('CREATE', results, GROUP, '0', 'MKSTREAM').catch((error: unknown) => {
        if (!(error instanceof Error && error.message.startsWith('BUSYGROUP'))) throw error;
      });
    },
  };
}

/** The stream or its group is gone: Redis was wiped, or is new. */
export function isGroupMissing(error: unknown): boolean {
  return error instanceof Error && /^(NOGROUP|UNBLOCKED) /.test(error.message);
}

function entriesOf(reply: unknown): ResultEntry[] {
  return (Streams.parse(reply) ?? []).flatMap(([, entries]) => entries.map(toEntry));
}

function toEntry([id, fields]: z.infer<typeof Entry>): ResultEntry {
  const at = fields?.indexOf(REPORT_FIELD) ?? -1;
  return { id, text: at < 0 ? null : (fields?.[at + 1] ?? null) };
}
