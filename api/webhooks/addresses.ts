/** Which addresses results may be posted to. Pure. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What IANA has given out for hosts on the internet; the rest of IPv6 carries other addresses or means something else. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** What a private network, or the host itself, is reached by. */
const PRIVATE_RANGES = new Set(['private', 'loopback', 'carrierGradeNat', 'uniqueLocal']);

/** Where clouds tell a machine its secrets, as far as it is not link-local: never a receiver. */
const METADATA = ['fd00:ec2::/32', 'fd20:ce::/32', '100.100.100.200/32', '168.63.129.16/32'].map(ipaddr.parseCIDR);

/**
 * Whether `address`, as a socket tells it, is one of the internet, or, with `allowPrivate`, of a private network.
 * Link-local addresses never are, nor what is no single host's, nor what carries an IPv4 address inside.
 */
export function isAllowedAddress(address: string, { allowPrivate }: { readonly allowPrivate: boolean }): boolean {
  // The library also reads the odd notations, which no socket tells.
  if (isIP(address) === 0 || !ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  const range: string = parsed.range();
  if (METADATA.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits))) return false;
  if (allowPrivate && PRIVATE_RANGES.has(range)) return true;
  return range === 'unicast' && (parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_IPV6));
}
