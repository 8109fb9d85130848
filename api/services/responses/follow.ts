/** Follows a response to its end, on any api process: its log while that is there, its row for everything else. */
import { AppError } from '../../../shared/contracts/errors.ts';
import type { OrganizationId, ResponseId } from '../../../shared/contracts/ids.ts';
import { LoggedEvent } from '../../../shared/contracts/response-event.ts';
import type { ResponseStore } from '../../store/response-store.ts';
import type { ResponseRow } from '../../store/schema.ts';
import { tooManyStreams } from '../event-streams.ts';
import { createPlaces } from '../places.ts';
import { createWatch } from '../watch.ts';
import {
  isOver,
  type NumberedEvent,
  type ResponseRecord,
  type ResponseStatus,
  type StreamedEvent,
} from './response-record.ts';
import { asBegun, toResponseRecord } from './response-view.ts';
import { retold } from './retold.ts';

type NumberedText = { readonly number: number; readonly text: string };

export type FollowDeps = {
  readonly store: Pick<ResponseStore, 'find' | 'findStatus'>;
  readonly log: { readAfter(responseId: string, after: number): Promise<NumberedText[]> };
  readonly onEvents: (responseId: string, listener: () => void) => Promise<() => void>;
  /** Streams of responses that one organization may open on this process, beside those of what it asks for. */
  readonly streamsMax: number;
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

export function createFollow({ store, log, onEvents, streamsMax }: FollowDeps) {
  const places = createPlaces(streamsMax);

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
        yield* retold(await find(organizationId, id), seen);
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
     * @throws AppError NOT_FOUND, TOO_MANY_STREAMS, QUEUE_UNAVAILABLE
     */
    async open(organizationId: OrganizationId, id: ResponseId, options: FollowOptions): Promise<FollowedResponse> {
      const leave = places.enter(organizationId);
      if (leave === undefined) throw tooManyStreams(streamsMax);
      const closers = [leave];
      const close = () => {
        for (const closer of closers.splice(0)) closer();
      };
      try {
        const listening = await listen(id);
        closers.push(listening.close);
        const response = await recordOf(organizationId, id);
        return { response, events: listening.follow(response, options), close };
      } catch (error) {
        close();
        throw error;
      }
    },
  };
}

export type Follow = ReturnType<typeof createFollow>;

export function noSuchResponse(param?: string): AppError {
  return new AppError('NOT_FOUND', 'Your organization has no such response.', param === undefined ? {} : { param });
}
