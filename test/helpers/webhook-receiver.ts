/** A receiver of webhooks on the loopback interface: answers as a test says and remembers what came. */
import { createServer as createHttp, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

export type Received = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Gets the request's body read; may never answer. */
export type ReceiverScript = (req: IncomingMessage, res: ServerResponse, received: Received) => void;

export type Tls = { readonly key: string; readonly cert: string };

export const answering =
  (status: number, headers: Readonly<Record<string, string>> = {}, body = ''): ReceiverScript =>
  (_req, res) => {
    res.writeHead(status, headers).end(body);
  };

/** @param host to listen on */
export async function startReceiver(script: ReceiverScript = answering(204), tls?: Tls, host = '127.0.0.1') {
  let current = script;
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let bytesRead = 0;

  const listener: RequestListener = (req, res) => {
    res.on('error', () => undefined);
    text(req).then(
      (body) => {
        const headers = Object.fromEntries(Object.entries(req.headers).map(([name, value]) => [name, String(value)]));
        const one = { path: req.url ?? '', headers, body };
        received.push(one);
        current(req, res, one);
      },
      () => undefined, // the sender broke off
    );
  };
  const server: Server = tls === undefined ? createHttp(listener) : createHttps(tls, listener);
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      bytesRead += socket.bytesRead;
      sockets.delete(socket);
    });
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address: AddressInfo | string | null = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;

  return {
    port,
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${String(port)}/hook`,
    /** What came whole, in order. */
    received,
    connections: () => connections,
    /** Over connections that have ended. */
    bytesRead: () => bytesRead,
    /** Connections that are open now. */
    open: () => sockets.size,
    use(next: ReceiverScript) {
      current = next;
    },
    async stop(): Promise<void> {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
