/** TCP ports: whether one is free, and a free one. */
import { createServer } from 'node:net';

/** Whether this process could listen on `host:port` now; otherwise the error's code, such as `EADDRINUSE`. */
export async function tryPort(
  host: string,
  port: number,
): Promise<{ readonly port: number } | { readonly refused: string }> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', (error: NodeJS.ErrnoException) => {
      resolve({ refused: error.code ?? error.message });
    });
    probe.listen({ host, port, exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => {
        resolve(address !== null && typeof address === 'object' ? { port: address.port } : { refused: 'no address' });
      });
    });
  });
}

/** The remembered port if it is free, otherwise one that the system picks. */
export async function localPort(remembered: number | null): Promise<number> {
  for (const port of remembered === null ? [0] : [remembered, 0]) {
    const found = await tryPort('127.0.0.1', port);
    if ('port' in found) return found.port;
  }
  throw new Error('no local port is free');
}
