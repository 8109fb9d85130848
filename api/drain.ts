/** Ends an HTTP server without cutting off who is still being answered. */
import type { Server } from 'node:http';

/**
 * Call it before the server listens.
 * @returns a function that takes no new connections, waits for answers under way at most `timeoutMs`, then ends all
 *   connections: Node alone would also wait for those on which a client has not sent anything yet
 */
export function createDrain(server: Server): (timeoutMs: number) => Promise<void> {
  let answering = 0;
  let onIdle: (() => void) | undefined;
  server.on('request', (_req, res) => {
    answering += 1;
    res.once('close', () => {
      answering -= 1;
      if (answering === 0) onIdle?.();
    });
  });

  return async function drain(timeoutMs: number): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    if (answering > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        onIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    server.closeAllConnections();
    await closed;
  };
}
