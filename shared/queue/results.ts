/** Run reports from workers to api: a stream with a consumer group, at least once. */
import { AppError, ERROR_STATUS } from '../contracts/errors.ts';
import { encodeReport, type PostedReport } from '../contracts/packed-json.ts';
import { RunReport } from '../contracts/result.ts';
import { openRedis, orUnavailable, reconnectDelayMs, type QueueRedis } from './connection.ts';
import { pause, unlessAborted, within } from '../platform/deadline.ts';
import type { Keyspace } from './keyspace.ts';
import { ALL_PENDING, BATCH_MAX, nextPosition, type Outcome, type Position } from './result-position.ts';
import { createResultReader, isGroupMissing, REPORT_FIELD, type ResultEntry } from './result-reader.ts';

const BLOCK_MS = 1_000;
const CLAIM_EVERY_MS = 1_000;
/** What a process has had for longer than this without acknowledging it belongs to whoever asks. */
const CLAIM_IDLE_MS = 5_000;
const CLOSE_TIMEOUT_MS = 5_000;

type PosterOptions = { readonly redis: QueueRedis; readonly keyspace: Pick<Keyspace, 'results'> };

/** A connection of role `blocking` posts once after an outage; one of role `command` may post more than once. */
export function createResultPoster({ redis, keyspace }: PosterOptions) {
  return {
    /**
     * Resolves when the stream has the report; tries again, with growing pauses, as long as Redis is away.
     * @throws what `signal` was aborted with
     */
    async post(report: PostedReport, signal: AbortSignal = new AbortController().signal): Promise<void> {
      const json = encodeReport(report);
      for (let failures = 0; ; failures += 1) {
        signal.throwIfAborted();
        try {
          await unlessAborted(redis.xadd(keyspace.results, '*', REPORT_FIELD, json), signal);
          return;
        } catch {
          await pause(reconnectDelayMs(failures), signal);
        }
      }
    },
  };
}

export type ResultPoster = ReturnType<typeof createResultPoster>;

export function createResultBacklog({ redis, keyspace }: PosterOptions) {
  return {
    /**
     * What no api has handled yet: reports, and about how many bytes of Redis they take.
     * @throws AppError QUEUE_UNAVAILABLE
     */
    async size(): Promise<{ readonly reports: number; readonly bytes: number }> {
      const [reports, bytes] = await orUnavailable(() =>
        Promise.all([redis.xlen(keyspace.results), redis.memory('USAGE', keyspace.results)]),
      );
      return { reports, bytes: bytes ?? 0 };
    },
  };
}

export type ResultConsumerOptions = {
  readonly redisUrl: string;
  readonly keyspace: Pick<Keyspace, 'results'>;
  /** Unique among the processes that run at a time. */
  readonly consumerName: string;
  /**
   * Must be idempotent: after a failure, a crash or a pause of 5 s reports come again. A rejection leaves the whole
   * batch unacknowledged: with an AppError of status 503 it is tried again as it is, with any other error one by one,
   * so that a report that always fails holds no other up.
   */
  readonly onBatch: (reports: readonly RunReport[]) => Promise<void>;
  /** `connection_failed`, `read_failed`, `batch_failed`, `report_unreadable`. */
  readonly report: (event: string, detail: unknown) => void;
};

/** Hands reports over in batches, one batch at a time, until it is closed. */
export function openResultConsumer({ redisUrl, keyspace, consumerName, onBatch, report }: ResultConsumerOptions) {
  const redis = openRedis(redisUrl, 'blocking', (error) => {
    report('connection_failed', error);
  });
  const reader = createResultReader({ redis, keyspace, consumerName });
  const closing = new AbortController();
  let running: Promise<void> | undefined;
  let waiting = false;
  let failures = 0;
  let claimAtMs = 0;

  async function run(): Promise<void> {
    // What an earlier process of this name left comes first.
    let position = ALL_PENDING;
    while (!closing.signal.aborted) {
      try {
        position = await step(position);
      } catch (error) {
        if (closing.signal.aborted) return;
        await recover(error);
      }
    }
  }

  async function recover(error: unknown): Promise<void> {
    if (isGroupMissing(error)) {
      await reader.createGroup().catch(() => backOff());
      return;
    }
    report('read_failed', error);
    await backOff();
  }

  function backOff(): Promise<void> {
    failures += 1;
    return pause(reconnectDelayMs(failures), closing.signal);
  }

  async function step(position: Position): Promise<Position> {
    const entries = await read(position);
    const outcome = await handle(entries);
    if (outcome !== 'handled') await backOff();
    return nextPosition(position, outcome, entries.at(-1)?.id);
  }

  async function read(position: Position): Promise<ResultEntry[]> {
    if (position.kind === 'pending') return reader.readPending(position.after, position.count);
    if (performance.now() >= claimAtMs) {
      claimAtMs = performance.now() + CLAIM_EVERY_MS;
      const claimed = await reader.claimIdle(BATCH_MAX, CLAIM_IDLE_MS);
      if (claimed.length > 0) return claimed;
    }
    waiting = true;
    return reader.readNew(BATCH_MAX, BLOCK_MS).finally(() => (waiting = false));
  }

  async function handle(entries: readonly ResultEntry[]): Promise<Outcome> {
    const reports = entries.flatMap((entry) => parse(entry, report));
    try {
      if (reports.length > 0) await onBatch(reports);
    } catch (error) {
      report('batch_failed', error);
      return isOutage(error) ? 'outage' : 'failed';
    }
    await reader.acknowledge(entries.map(({ id }) => id));
    failures = 0;
    return 'handled';
  }

  return {
    start(): void {
      running ??= run();
    },
    /** Waits for the batch at hand, at most 5 s; what is not acknowledged by then goes to another process. */
    async close(): Promise<void> {
      closing.abort();
      if (waiting) redis.disconnect();
      await within(CLOSE_TIMEOUT_MS, running ?? Promise.resolve()).catch(() => {});
      redis.disconnect();
    },
  };
}

function isOutage(error: unknown): boolean {
  return error instanceof AppError && ERROR_STATUS[error.code] === 503;
}

function parse({ id, text }: ResultEntry, report: ResultConsumerOptions['report']): RunReport[] {
  try {
    return [RunReport.parse(JSON.parse(text ?? 'null'))];
  } catch (error) {
    report('report_unreadable', { id, error });
    return [];
  }
}
