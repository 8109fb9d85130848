/** A connection to a receiver, on which nothing is sent before the address that it leads to has been looked at. */
import { once } from 'node:events';
import { connect as connectTcp, isIPv6, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { unlessAborted } from '../../shared/platform/deadline.ts';
import { isAllowedAddress } from './addresses.ts';
import { DeliveryFailure, failingAs } from './delivery-failure.ts';
import type { Resolve } from './resolve.ts';
import { literalOf, portOf } from './url-policy.ts';

export type ConnectionDeps = {
  readonly allowPrivate: boolean;
  readonly resolve: Resolve;
  /** Begins a TCP connection to one of `addresses`. */
  readonly dial?: (addresses: readonly string[], port: number) => Socket;
  readonly connectMs?: number;
};

/** Resolving the name, connecting and the handshake of TLS together. */
const CONNECT_MS = 5_000;
/** How long one of several addresses is tried alone. */
const NEXT_ADDRESS_MS = 500;
/** Addresses of one name that are tried. */
const ADDRESSES_MAX = 8;

export function createConnections(deps: ConnectionDeps) {
  const { allowPrivate, resolve, dial = dialFirst, connectMs = CONNECT_MS } = deps;
  const isAllowed = (address: string) => isAllowedAddress(address, { allowPrivate });

  async function addressesOf(hostname: string): Promise<readonly string[]> {
    const literal = literalOf(hostname);
    const found = literal === undefined ? await failingAs('name_not_found', () => resolve(hostname)) : [literal];
    if (found.length === 0) throw new DeliveryFailure('name_not_found');
    // One that is not allowed among others is no mistake of somebody who means well.
    if (!found.every(isAllowed)) throw new DeliveryFailure('address_refused');
    return found.slice(0, ADDRESSES_MAX);
  }

  async function openTcp(url: URL, signal: AbortSignal): Promise<Socket> {
    const addresses = await addressesOf(url.hostname);
    signal.throwIfAborted();
    const socket = dial(addresses, portOf(url.href));
    return ready(socket, 'connect', signal, () => {
      if (!isAllowed(socket.remoteAddress ?? '')) throw new DeliveryFailure('address_refused');
    });
  }

  async function secured(socket: Socket, { hostname }: URL, signal: AbortSignal): Promise<Socket> {
    const host = literalOf(hostname) ?? hostname;
    const tls = connectTls({
      socket,
      host,
      ...(literalOf(hostname) === undefined && { servername: host }),
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: true,
    });
    return failingAs('tls_failed', () => ready(tls, 'secureConnect', signal));
  }

  return {
    /**
     * Looks the name up once: what is looked at is what is connected to.
     * @throws DeliveryFailure name_not_found, address_refused, connection_failed, tls_failed, timed_out
     */
    async open(url: URL, ended: AbortSignal): Promise<Socket> {
      const signal = AbortSignal.any([ended, AbortSignal.timeout(connectMs)]);
      const work = failingAs('connection_failed', async () => {
        const socket = await openTcp(url, signal);
        return url.protocol === 'https:' ? secured(socket, url, signal) : socket;
      });
      try {
        return await unlessAborted(work, signal);
      } catch (error) {
        work.then(
          (late) => late.destroy(),
          () => undefined,
        );
        throw signal.aborted ? new DeliveryFailure('timed_out', error) : error;
      }
    },
  };
}

export type Connections = ReturnType<typeof createConnections>;

/** The socket once it is connected and `check` says so; destroyed otherwise. */
async function ready(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
  check: () => void = () => undefined,
): Promise<Socket> {
  // What comes after the first error is told by the request.
  socket.on('error', () => undefined);
  try {
    await once(socket, event, { signal });
    check();
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** The first that answers, as browsers do it; the names were looked up before. */
function dialFirst(addresses: readonly string[], port: number): Socket {
  const all = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return connectTcp({
    host: 'resolved.invalid', // never looked up: only what `lookup` gives is connected to
    port,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
    lookup: (_hostname, _options, callback) => {
      callback(null, all);
    },
  });
}
