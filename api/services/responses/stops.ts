/** Stops responses of this process: when they are cancelled, on whichever process, and when their time is over. */
import type { ResponseId } from '../../../shared/contracts/ids.ts';
import type { ResponseProgressStore } from '../../store/response-progress-store.ts';
import { ResponseStop } from './response-end.ts';

export type StopsDeps = {
  readonly store: Pick<ResponseProgressStore, 'beat'>;
  /** Calls with the id of everything that is asked to be cancelled, on any api process. */
  readonly onCancel: (listener: (id: string) => void) => () => void;
  /** A response takes no longer. */
  readonly timeMsMax: number;
};

export type Stop = {
  /** Aborts with a `ResponseStop`. */
  readonly signal: AbortSignal;
  /** The response is over. */
  readonly end: () => void;
};

const BEAT_MS = 5_000;
/** Longer than a few beats that come late: whoever is silent for so long makes no response any more. */
export const SILENCE_MS = 30_000;

export function createStops({ store, onCancel, timeMsMax }: StopsDeps) {
  const stops = new Map<string, AbortController>();
  const close = onCancel((id) => {
    stops.get(id)?.abort(new ResponseStop('cancelled'));
  });

  /** Tells that the response is being made, and hears what was missed. */
  function beat(id: ResponseId, stop: AbortController): void {
    store.beat(id).then(
      (heard) => {
        if (heard === undefined) stop.abort(new ResponseStop('lost'));
        else if (heard.isCancelRequested) stop.abort(new ResponseStop('cancelled'));
      },
      () => undefined, // an outage: the next one tells
    );
  }

  return {
    begin(id: ResponseId): Stop {
      const stop = new AbortController();
      stops.set(id, stop);
      const beating = setInterval(() => {
        beat(id, stop);
      }, BEAT_MS);
      const timer = setTimeout(() => {
        stop.abort(new ResponseStop('time_over'));
      }, timeMsMax);
      return {
        signal: stop.signal,
        end() {
          clearInterval(beating);
          clearTimeout(timer);
          stops.delete(id);
        },
      };
    },
    close,
  };
}
