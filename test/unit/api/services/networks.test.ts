import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { networkOf } from '../../../../api/services/networks.ts';

const parts = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 0xff_ff }), { minLength: length, maxLength: length });
const textOf = (...groups: readonly (readonly number[])[]) =>
  groups
    .flat()
    .map((part) => part.toString(16))
    .join(':');

/** The first six parts of an IPv6 address that carries an IPv4 address. */
const isMapped = ([a, b, c, d]: readonly number[], [e, f]: readonly number[]) =>
  [a, b, c, d, e].every((part) => part === 0) && f === 0xff_ff;

describe('network of a client', () => {
  it('is the same for two IPv6 addresses if they begin with the same 64 bits, and only then', () => {
    fc.assert(
      fc.property(parts(4), parts(4), parts(4), parts(4), (network, other, host, otherHost) => {
        fc.pre(!isMapped(network, host) && !isMapped(network, otherHost) && !isMapped(other, host));
        const one = networkOf(textOf(network, host));
        expect(networkOf(textOf(network, otherHost))).toBe(one);
        expect(networkOf(textOf(other, host)) === one).toBe(textOf(other) === textOf(network));
      }),
    );
  });

  it('is an IPv4 address itself, however it is written', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect([networkOf(address), networkOf(`::ffff:${address}`)]).toEqual([address, address]);
      }),
    );
  });

  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['::1', '::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['::ffff:c000:0201', '192.0.2.1'],
    ['unknown', 'unknown'],
    ['010.1', '010.1'],
    ['', ''],
  ])('of %j is %j', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
