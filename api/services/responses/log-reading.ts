/** Reads the events of a response as they come: from its log while that is there, from its row for everything else. */
import { AppError } from '../../../shared/contracts/errors.ts';
import type { OrganizationId, ResponseId } from '../../../shared/contracts/ids.ts';
import { LoggedEvent } from '../../../shared/contracts/response-event.ts';
import type { ResponseStore } from '../../store/response-store.ts';
import type { ResponseRow } from '../../store/schema.ts';
import { createPlace, type Place } from './log-place.ts';
import { noSuchResponse } from './no-such-response.ts';
import {
  isOver,
  type NumberedEvent,
  type ResponseRecord,
  type ResponseStatus,
  type StreamedEvent,
} from './response-record.ts';
import { asBegun, toResponseRecord } from './response-view.ts';
import { isFromLog, retold } from './retold.ts';

type NumberedText = { readonly number: number; readonly text: string };

export type LogReadingDeps = {
  readonly store: Pick<ResponseStore, 'find' | 'findStatus' | 'findItem'>;
  readonly log: {
    readAfter(responseId: string, after: number): Promise<NumberedText[]>;
    last(responseId: string): Promise<NumberedText | undefined>;
  };
};

export type FollowOptions = {
  /** Number of the last event that the reader has; 0: none. */
  readonly after: number;
  readonly signal: AbortSignal;
};

export type NumberedEvents = AsyncGenerator<NumberedEvent, void, void>;

/** How long lost wake-ups can go unnoticed. */
export const REREAD_MS = 1_000;

export function createLogReading({ store, log }: LogReadingDeps) {
  /** @throws AppError NOT_FOUND */
  async function find(organizationId: OrganizationId, id: ResponseId): Promise<ResponseRow> {
    const row = await store.find(organizationId, id);
    if (row === undefined) throw noSuchResponse();
    return row;
  }

  type ToldEvent = Exclude<LoggedEvent, { readonly type: 'continued' }>;

  async function toEvent(first: ResponseRecord, logged: ToldEvent): Promise<StreamedEvent> {
    const { organizationId, id } = first;
    if (logged.type === 'created' || logged.type === 'in_progress')
      return { type: logged.type, response: asBegun(first) };
    if (logged.type === 'ended') return { type: 'ended', response: toResponseRecord(await find(organizationId, id)) };
    if (logged.type !== 'item_kept') return logged;
    const item = await store.findItem(organizationId, id, logged.index);
    if (item === undefined) throw new Error('an item that was kept is not in its row');
    return { type: 'item_done', index: logged.index, item };
  }

  /** As it was while the database is away: whoever makes the response may go on, and the log tell of it. */
  async function statusOf({ organizationId, id, status }: ResponseRecord): Promise<ResponseStatus | undefined> {
    return store.findStatus(organizationId, id).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'DATABASE_UNAVAILABLE') return status;
      throw error;
    });
  }

  /** Nothing while Redis is away. */
  async function readAfter(id: ResponseId, after: number): Promise<NumberedText[]> {
    return log.readAfter(id, after).catch(() => []);
  }

  /** Whether the log is still there, and a reader of it up to `seen` has its end. */
  async function hasEnd(row: ResponseRow, seen: number): Promise<boolean> {
    if (!isFromLog(row, seen)) return false;
    const last = await log.last(row.id).catch(() => undefined);
    return last !== undefined && last.number <= seen && loggedEvent(last.text)?.type === 'ended';
  }

  /** What the log has for a reader now. */
  async function* readLog(first: ResponseRecord, place: Place): NumberedEvents {
    for (;;) {
      const news = place.isTorn() ? [] : await readAfter(first.id, place.seen());
      if (news.length === 0) return;
      for (const { number, text } of news) {
        const logged = loggedEvent(text);
        if (!place.reach(number, logged)) return;
        if (logged === undefined || logged.type === 'continued') continue;
        yield { number, event: await toEvent(first, logged) };
        if (place.isAtEnd()) return;
      }
    }
  }

  /**
   * Events from the one after `after` to `ended`; fewer when the signal aborts or the response is deleted. Where the
   * log lacks some, those that follow would make no sense: the reader waits for the end, which has everything.
   * @param next resolves when there may be news, and before long in any case
   */
  async function* readEvents(
    first: ResponseRecord,
    { after, signal }: FollowOptions,
    next: () => Promise<void>,
  ): NumberedEvents {
    const place = createPlace(after);
    let isEnded = isOver(first.status);
    let checkedAtMs = performance.now();
    while (!signal.aborted) {
      yield* readLog(first, place);
      if (place.isAtEnd()) return;
      if (isEnded) {
        const row = await find(first.organizationId, first.id);
        if (!(await hasEnd(row, place.seen()))) yield* retold(row, place.seen());
        return;
      }
      await next();
      if (performance.now() - checkedAtMs < REREAD_MS) continue;
      // The row tells the end also when its announcement was lost; the log is read once more then.
      const status = await statusOf(first);
      if (status === undefined) return;
      isEnded = isOver(status);
      checkedAtMs = performance.now();
    }
  }

  return { find, readEvents };
}

/** Undefined for what a newer version of the service wrote. */
function loggedEvent(text: string): LoggedEvent | undefined {
  return LoggedEvent.safeParse(JSON.parse(text)).data;
}
