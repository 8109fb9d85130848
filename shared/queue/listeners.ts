/** A set of functions to call; the same function may stand in it twice. Pure. */
export function createListeners<T>() {
  const listeners = new Map<symbol, (value: T) => void>();
  return {
    /** @returns a function that takes the listener out again */
    add(listener: (value: T) => void): () => void {
      const key = Symbol('listener');
      listeners.set(key, listener);
      return () => {
        listeners.delete(key);
      };
    },
    call(value: T): void {
      for (const listener of [...listeners.values()]) listener(value);
    },
    size: (): number => listeners.size,
  };
}
