/** Whether the service answers: told by every call, for whoever shows it. */

/** What a proxy answers in place of a service that it cannot reach. */
const ANSWERS_OF_PROXIES = new Set([502, 504]);

export function createReachability() {
  let isReachable = true;
  const listeners = new Set<() => void>();
  return {
    /** @param status of the answer; 0 where there was none */
    note(status: number): void {
      const isNow = status !== 0 && !ANSWERS_OF_PROXIES.has(status);
      if (isNow === isReachable) return;
      isReachable = isNow;
      for (const listener of listeners) listener();
    },
    isReachable: () => isReachable,
    /** Gives the way to end it. */
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
