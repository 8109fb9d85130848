/** What it means for a response that a client waits for it, or leaves. */
import type { Idempotency } from '../body-digest.ts';
import { ResponseStop } from './response-end.ts';

/** The request that a response is made for. */
export type Waiting = {
  /** Aborts when the client leaves, and when the server closes. */
  readonly signal: AbortSignal;
  readonly isClientGone: () => boolean;
};

const NEVER = new AbortController().signal;

/** Whoever gives a key may leave and ask again: the response is made all the same. */
export function keyed(waiting: Waiting, idempotency: Idempotency | undefined): Waiting {
  return idempotency === undefined ? waiting : { signal: NEVER, isClientGone: () => false };
}

/** A signal that tells why: the client is gone, or this process closes. */
export function stopWith({ signal, isClientGone }: Waiting) {
  const stop = new AbortController();
  const onAbort = () => {
    stop.abort(new ResponseStop(isClientGone() ? 'client_gone' : 'closing'));
  };
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  return {
    signal: stop.signal,
    forget: () => {
      signal.removeEventListener('abort', onAbort);
    },
  };
}
