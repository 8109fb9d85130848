/** From a host's name to its addresses. */
import { lookup, Resolver } from 'node:dns/promises';
import { within } from '../../shared/platform/deadline.ts';

/** Gives every address of a name. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

const TIMEOUT_MS = 1_500;
const TRIES = 2;
/** There are name servers that never answer for IPv6. */
const V6_AFTER_V4_MS = 300;

/**
 * By DNS alone: it uses none of the few threads on which the process looks up names of its own, however slowly a
 * tenant's name server answers, and the host's own files name what is not of the internet.
 * @param servers DNS servers, if not the host's
 */
export function createDnsResolve(servers?: readonly string[]): Resolve {
  return async (hostname) => {
    // One for each name: what is not waited for is cancelled.
    const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
    if (servers !== undefined) resolver.setServers(servers);
    const v6 = resolver.resolve6(hostname).catch(() => []);
    try {
      const v4 = await resolver.resolve4(hostname);
      return [...v4, ...(await within(V6_AFTER_V4_MS, v6).catch(() => []))];
    } catch (error) {
      const found = await v6;
      if (found.length === 0) throw error;
      return found;
    } finally {
      resolver.cancel();
    }
  };
}

/** As every program of the host does it: with its files, and what they name in a private network. */
export const resolveAsHost: Resolve = async (hostname) => {
  const found = await lookup(hostname, { all: true });
  return found.map(({ address }) => address);
};
