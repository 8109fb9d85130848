/** What failures are counted by. Pure. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Of the eight parts of an IPv6 address, those that name the network: a provider gives each client one of its own. */
const NETWORK_PARTS = 4;

/**
 * The network of a client: an IPv4 address itself, also inside an IPv6 address; of IPv6 the /64, in which one client has
 * more addresses than could ever be counted. What is no address is left as it is.
 */
export function networkOf(address: string): string {
  // The library also reads the odd notations, which no socket tells.
  if (isIP(address) === 0 || !ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  const parts = parsed.parts.map((part, place) => (place < NETWORK_PARTS ? part : 0));
  return `${new ipaddr.IPv6(parts).toString()}/64`;
}
