import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isAllowedAddress } from '../../../../api/webhooks/addresses.ts';

const isPublic = (address: string) => isAllowedAddress(address, { allowPrivate: false });
const isReachable = (address: string) => isAllowedAddress(address, { allowPrivate: true });

const PRIVATE_V4 = [/^10\./, /^127\./, /^0\./, /^169\.254\./, /^192\.168\./, /^172\.(?:1[6-9]|2\d|3[01])\./];
const SHARED_V4 = [/^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./, /^(?:22[4-9]|2[3-5]\d)\./];

/** In hexadecimal groups, as an address of IPv6 ends. */
const grouped = (v4: string) => {
  const [a = 0, b = 0, c = 0, d = 0] = v4.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
};

describe('webhook addresses', () => {
  it('of a private, shared or special network of IPv4 are never of the internet', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        fc.pre([...PRIVATE_V4, ...SHARED_V4].some((network) => network.test(address)));
        expect(isPublic(address)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('that carry one of IPv4 inside are never allowed, whatever it is', () => {
    fc.assert(
      fc.property(fc.ipV4(), (v4) => {
        const carriers = ['::', '::ffff:', '::ffff:0:', '64:ff9b::', '64:ff9b:1::'].map(
          (prefix) => prefix + grouped(v4),
        );
        for (const address of [...carriers, `2002:${grouped(v4)}::1`]) {
          expect([address, isPublic(address), isReachable(address)]).toEqual([
            address,
            false,
            // `::1` is the host itself.
            address === '::0:1',
          ]);
        }
      }),
    );
  });

  it('outside of what is given out are never of the internet', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        fc.pre(!/^[23][0-9a-f]{3}:/.test(address));
        expect(isPublic(address)).toBe(false);
      }),
    );
  });

  it.each(['8.8.8.8', '93.184.216.34', '1.1.1.1', '2606:4700:4700::1111', '2a00:1450:4001:800::200e'])(
    'of the internet are allowed: %s',
    (address) => {
      expect([isPublic(address), isReachable(address)]).toEqual([true, true]);
    },
  );

  it.each(['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '100.64.0.1', '::1', 'fd12:3456::1'])(
    'of a private network are allowed where they are wanted: %s',
    (address) => {
      expect([isPublic(address), isReachable(address)]).toEqual([false, true]);
    },
  );

  it.each(['169.254.169.254', 'fd00:ec2::254', 'fd20:ce::254', '100.100.100.200', '168.63.129.16', 'fe80::1%eth0'])(
    'of metadata are never allowed: %s',
    (address) => {
      expect([isPublic(address), isReachable(address)]).toEqual([false, false]);
    },
  );

  it.each(['', 'localhost', '1.2.3', '0x7f.1', '2130706433', '8.8.8.8.', ' 8.8.8.8', '8.8.8.8/32'])(
    'are what a socket tells, and nothing else: %j',
    (text) => {
      expect([isPublic(text), isReachable(text)]).toEqual([false, false]);
    },
  );
});
