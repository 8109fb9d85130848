/** The time, told anew each second. */
import { useSyncExternalStore } from 'react';

const TICK_MS = 1_000;

function subscribe(onTick: () => void): () => void {
  const timer = setInterval(onTick, TICK_MS);
  return () => {
    clearInterval(timer);
  };
}

/** In whole seconds, so that it is the same for all who ask within one. */
function nowMs(): number {
  return Math.floor(Date.now() / TICK_MS) * TICK_MS;
}

export function useNow(): number {
  return useSyncExternalStore(subscribe, nowMs);
}
