/** Whoever opens a resource registers how to close it; closing runs in reverse, once. */

type Closer = { readonly name: string; readonly close: () => Promise<void> | void };

/**
 * @param report told of every resource that failed to close; the others are closed all the same
 */
export function createLifecycle(report: (name: string, error: unknown) => void) {
  const closers: Closer[] = [];
  let closing: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) {
      try {
        await closer.close();
      } catch (error) {
        report(closer.name, error);
      }
    }
  }

  return {
    onClose(name: string, close: Closer['close']): void {
      closers.push({ name, close });
    },
    /** Closes everything; a second call waits for the first. */
    close(): Promise<void> {
      closing ??= closeAll();
      return closing;
    },
  };
}

export type Lifecycle = ReturnType<typeof createLifecycle>;
