/** What ends the service: a signal, or a server that cannot be kept running. The first cause wins. */
import { onEndOfSudo } from '../setup/sudo.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export type StopRequest = ReturnType<typeof createStopRequest>;

/** Listens to what ends a program; a further one changes nothing, the end is already under way. */
export function createStopRequest(say: (line: string) => void, argv: readonly string[]) {
  const stopping = new AbortController();
  let failed: unknown = null;
  const stop = (): void => {
    if (stopping.signal.aborted) return;
    say('stopping');
    stopping.abort();
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  onEndOfSudo(argv, stop);
  return {
    signal: stopping.signal,
    /** Resolves when the service shall end. */
    asked: new Promise<void>((resolve) => {
      stopping.signal.addEventListener('abort', () => {
        resolve();
      });
    }),
    fail(error: unknown): void {
      if (stopping.signal.aborted) return;
      failed = error;
      stopping.abort();
    },
    /** Why it ends by itself, null when it was asked to. */
    failure: (): unknown => failed,
  };
}
