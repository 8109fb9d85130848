/** Follows a response to its end, on any api process. */
import type { OrganizationId, ResponseId } from '../../../shared/contracts/ids.ts';
import { tooManyStreams } from '../event-streams.ts';
import { createPlaces } from '../places.ts';
import { createWatch } from '../watch.ts';
import {
  createLogReading,
  REREAD_MS,
  type FollowOptions,
  type LogReadingDeps,
  type NumberedEvents,
} from './log-reading.ts';
import type { ResponseRecord } from './response-record.ts';
import { toResponseRecord } from './response-view.ts';

export type FollowDeps = LogReadingDeps & {
  readonly onEvents: (responseId: string, listener: () => void) => Promise<() => void>;
  /** Streams of responses that one organization may open on this process, beside those of what it asks for. */
  readonly streamsMax: number;
};

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

export function createFollow({ store, log, onEvents, streamsMax }: FollowDeps) {
  const places = createPlaces(streamsMax);
  const { find, readEvents } = createLogReading({ store, log });

  /** Listening comes before the first reading, so that nothing can happen unseen in between. */
  async function listen(id: ResponseId): Promise<Listening> {
    const watch = createWatch(() => undefined);
    const close = await onEvents(id, watch.nudge);
    return {
      follow: (first, options) => readEvents(first, options, () => watch.next(REREAD_MS, options.signal)),
      close,
    };
  }

  return {
    /** For a response that is only about to be made. @throws AppError QUEUE_UNAVAILABLE */
    listen,
    /** Streams that are open on this process. */
    size: () => places.size(),
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
        const response = toResponseRecord(await find(organizationId, id));
        return { response, events: listening.follow(response, options), close };
      } catch (error) {
        close();
        throw error;
      }
    },
  };
}

export type Follow = ReturnType<typeof createFollow>;
