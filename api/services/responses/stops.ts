/** Stops responses of this process: when they are cancelled, on whichever process, when their time is over, at its close. */
import type { Attempt, ResponseProgressStore } from '../../store/response-progress-store.ts';
import { ResponseStop } from './response-end.ts';

export type StopsDeps = {
  readonly store: Pick<ResponseProgressStore, 'beat'>;
  /** Calls with the id of everything that is asked to be cancelled, on any api process. */
  readonly onCancel: (listener: (id: string) => void) => () => void;
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

export function createStops({ store, onCancel }: StopsDeps) {
  const stops = new Map<AbortController, string>();
  const forget = onCancel((cancelled) => {
    for (const [stop, id] of stops) if (id === cancelled) stop.abort(new ResponseStop('cancelled'));
  });

  /** Tells that the response is being made, and hears what was missed. */
  function beat(of: Attempt, stop: AbortController): void {
    store.beat(of).then(
      (heard) => {
        if (heard === undefined) stop.abort(new ResponseStop('lost'));
        else if (heard.isCancelRequested) stop.abort(new ResponseStop('cancelled'));
      },
      () => undefined, // an outage: the next one tells
    );
  }

  return {
    /** @param leftMs how long it may still be made */
    begin({ id, attempt }: Attempt, leftMs: number): Stop {
      const stop = new AbortController();
      stops.set(stop, id);
      const beating = setInterval(() => {
        beat({ id, attempt }, stop);
      }, BEAT_MS);
      const timer = setTimeout(
        () => {
          stop.abort(new ResponseStop('time_over'));
        },
        Math.max(leftMs, 0),
      );
      return {
        signal: stop.signal,
        end() {
          clearInterval(beating);
          clearTimeout(timer);
          stops.delete(stop);
        },
      };
    },
    close(): void {
      forget();
      for (const stop of stops.keys()) stop.abort(new ResponseStop('closing'));
    },
  };
}
