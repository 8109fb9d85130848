/** Which URLs results may be posted to, as far as the URL itself tells. Pure. */
import { isIP } from 'node:net';
import { isAllowedAddress } from './addresses.ts';

export type UrlPolicy = {
  readonly allowPrivate: boolean;
  readonly allowHttp: boolean;
  /** Undefined: any. */
  readonly ports: readonly number[] | undefined;
};

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80 };

/**
 * What is wrong with the URL, as the end of a sentence; undefined when nothing is. A name says nothing about where it
 * leads: that is seen when the connection is made.
 * @param url an absolute one
 */
export function urlProblem(url: string, policy: UrlPolicy): string | undefined {
  const parsed = new URL(url);
  if (!isAllowedScheme(parsed.protocol, policy)) return 'must begin with https://';
  if (parsed.username !== '' || parsed.password !== '') return 'must not contain a user name or a password';
  if (policy.ports?.includes(portOf(url)) === false) return `must have one of the ports ${policy.ports.join(', ')}`;
  return isAllowedHost(parsed.hostname, policy) ? undefined : 'must lead to an address of the internet';
}

function isAllowedScheme(protocol: string, { allowHttp, allowPrivate }: UrlPolicy): boolean {
  return protocol === 'https:' || (protocol === 'http:' && (allowHttp || allowPrivate));
}

function isAllowedHost(hostname: string, policy: UrlPolicy): boolean {
  const address = literalOf(hostname);
  if (address !== undefined) return isAllowedAddress(address, policy);
  return policy.allowPrivate || !/(?:^|\.)localhost\.?$/i.test(hostname);
}

/** The port that the URL means. */
export function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === '' ? (DEFAULT_PORTS[protocol] ?? 0) : Number(port);
}

/** The address that a host is written as; undefined for a name. URLs have brought odd notations into the usual one. */
export function literalOf(hostname: string): string | undefined {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(address) === 0 ? undefined : address;
}
