/** Follows a response to its end, on any api process: its log while that is there, its row for everything else. */
import { AppError } from '../../../shared/contracts/errors.ts';
import type { OrganizationId, ResponseId } from '../../../shared/contracts/ids.ts';
import { EVENTS_PER_ATTEMPT, LoggedEvent, type ResponseEvent } from '../../../shared/contracts/response-event.ts';
import type { ResponseItem } from '../../../shared/contracts/response-item.ts';
import type { ResponseStore } from '../../store/response-store.ts';
import type { ResponseRow } from '../../store/schema.ts';
import { createWatch } from '../watch.ts';
import { isOver, type ResponseRecord, type StreamedEvent } from './response-record.ts';
import { asBegun, toResponseRecord } from './response-view.ts';

type NumberedText = { readonly number: number; readonly text: string };

export type FollowDeps = {
  readonly store: Pick<ResponseStore, 'find' | 'findStatus'>;
  readonly log: { readAfter(responseId: string, after: number): Promise<NumberedText[]> };
  readonly onEvents: (responseId: string, listener: () => void) => Promise<() => void>;
};

/** `number`: what a reader gives back to go on after this event. */
export type NumberedEvent = {
  readonly number: number;
  readonly event: StreamedEvent;
  /** Told from the row, as the log is gone: numbers are not those of before. */
  readonly isRetold?: true;
};

export type FollowOptions = {
  /** Number of the last event that the reader has; 0: none. */
  readonly after: number;
  readonly signal: AbortSignal;
};

export type NumberedEvents = AsyncGenerator<NumberedEvent, void, void>;

export type FollowedResponse = {
  readonly response: ResponseRecord;
  readonly events: NumberedEvents;
  readonly close: () => void;
};

export type Listening = {
  /** Events of the response, from the one after `options.after` to `ended`. */
  readonly follow: (response: ResponseRecord, options: FollowOptions) => NumberedEvents;
  readonly close: () => void;
};

/** How long lost wake-ups can go unnoticed. */
const REREAD_MS = 1_000;

export function createFollow({ store, log, onEvents }: FollowDeps) {
  async function find(organizationId: OrganizationId, id: ResponseId): Promise<ResponseRow> {
    const row = await store.find(organizationId, id);
    if (row === undefined) throw noSuchResponse();
    return row;
  }

  async function recordOf(organizationId: OrganizationId, id: ResponseId): Promise<ResponseRecord> {
    return toResponseRecord(await find(organizationId, id));
  }

  type ToldEvent = Exclude<LoggedEvent, { readonly type: 'continued' }>;

  async function toEvent(first: ResponseRecord, logged: ToldEvent): Promise<StreamedEvent> {
    const { organizationId, id } = first;
    if (logged.type === 'created' || logged.type === 'in_progress')
      return { type: logged.type, response: asBegun(first) };
    if (logged.type === 'ended') return { type: 'ended', response: await recordOf(organizationId, id) };
    if (logged.type !== 'item_kept') return logged;
    const item = (await recordOf(organizationId, id)).items[logged.index];
    if (item === undefined) throw new Error('an item that was kept is not in its row');
    return { type: 'item_done', index: logged.index, item };
  }

  /** Nothing while Redis is away. */
  async function readAfter(id: ResponseId, after: number): Promise<NumberedText[]> {
    return log.readAfter(id, after).catch(() => []);
  }

  async function* follow(
    first: ResponseRecord,
    { after, signal }: FollowOptions,
    next: () => Promise<void>,
  ): NumberedEvents {
    const { organizationId, id } = first;
    let seen = after;
    let isEnded = isOver(first.status);
    let checkedAtMs = performance.now();
    while (!signal.aborted) {
      const news = await readAfter(id, seen);
      for (const { number, text } of news) {
        seen = number;
        const logged = LoggedEvent.safeParse(JSON.parse(text));
        if (!logged.success || logged.data.type === 'continued') continue; // or of a newer version
        const event = await toEvent(first, logged.data);
        yield { number, event };
        if (event.type === 'ended') return;
      }
      if (news.length > 0) continue;
      if (isEnded) {
        yield* rest(await find(organizationId, id), seen);
        return;
      }
      await next();
      if (performance.now() - checkedAtMs < REREAD_MS) continue;
      // The row tells the end also when its announcement was lost; the log is read once more then.
      const status = await store.findStatus(organizationId, id);
      if (status === undefined) return;
      isEnded = isOver(status);
      checkedAtMs = performance.now();
    }
  }

  /** Listening comes before the first reading, so that nothing can happen unseen in between. */
  async function listen(id: ResponseId): Promise<Listening> {
    const watch = createWatch(() => undefined);
    const close = await onEvents(id, watch.nudge);
    return {
      follow: (first, options) => follow(first, options, () => watch.next(REREAD_MS, options.signal)),
      close,
    };
  }

  return {
    /** For a response that is only about to be made. @throws AppError QUEUE_UNAVAILABLE */
    listen,
    /**
     * @returns events from the one after `after` to `ended`; fewer when the signal aborts or the response is deleted
     * @throws AppError NOT_FOUND, QUEUE_UNAVAILABLE
     */
    async open(organizationId: OrganizationId, id: ResponseId, options: FollowOptions): Promise<FollowedResponse> {
      const listening = await listen(id);
      try {
        const response = await recordOf(organizationId, id);
        return { response, events: listening.follow(response, options), close: listening.close };
      } catch (error) {
        listening.close();
        throw error;
      }
    },
  };
}

export type Follow = ReturnType<typeof createFollow>;

export function noSuchResponse(param?: string): AppError {
  return new AppError('NOT_FOUND', 'Your organization has no such response.', param === undefined ? {} : { param });
}

/**
 * Events of a response whose log is gone, numbered above all that the log held. A reader that has something of the log
 * lacks only the end for sure, which tells everything again.
 */
function* rest(row: ResponseRow, seen: number): Generator<NumberedEvent, void, void> {
  const record = toResponseRecord(row);
  const base = Math.max(row.attempt, 1) * EVENTS_PER_ATTEMPT;
  const events: StreamedEvent[] = [
    { type: 'created', response: asBegun(record) },
    { type: 'in_progress', response: asBegun(record) },
    ...record.items.flatMap(itemEvents),
    { type: 'ended', response: record },
  ];
  const isFromLog = seen > 0 && seen <= base;
  const from = isFromLog ? base + events.length - 1 : seen;
  for (const [at, event] of events.entries()) {
    const number = base + at + 1;
    if (number > from) yield { number, event, isRetold: true };
  }
}

/** An item's events as if it had been written at once. */
export function itemEvents(item: ResponseItem, index: number): ResponseEvent[] {
  const done = { type: 'item_done', index, item } as const;
  const itemId = item.id;
  if (item.type === 'message') {
    const text = item.content.map((part) => part.text).join('');
    return [
      { type: 'message_added', index, item: { ...item, status: 'in_progress', content: [] } },
      { type: 'text_delta', index, itemId, delta: text },
      { type: 'text_done', index, itemId, text },
      done,
    ];
  }
  const { code } = item;
  return [
    {
      type: 'call_added',
      index,
      item: { ...item, status: 'in_progress', code: '', outputs: null, execution_id: null },
    },
    { type: 'code_delta', index, itemId, delta: code },
    { type: 'code_done', index, itemId, code },
    { type: 'interpreting', index, itemId },
    done,
  ];
}
