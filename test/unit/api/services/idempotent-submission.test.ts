import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bodyDigest } from '../../../../api/services/body-digest.ts';
import { CreateExecution } from '../../../../shared/contracts/execution.ts';

const digest = (body: unknown) => bodyDigest(CreateExecution.parse(body));

describe('idempotency: body digest', () => {
  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.constant('v'), { maxKeys: 8 }), (metadata) => {
        const reversed = Object.fromEntries(Object.entries(metadata).reverse());
        expect(digest({ metadata: reversed, code: 'x' })).toBe(digest({ code: 'x', metadata }));
      }),
    );
  });

  it('takes a default for what it stands for', () => {
    expect(digest({ code: 'x', language: 'python', cancel_on_disconnect: false })).toBe(digest({ code: 'x' }));
  });

  it.each([
    [{ code: 'y' }],
    [{ code: 'x', timeout_ms: 1 }],
    [{ code: 'x', metadata: { a: 'b' } }],
    [{ code: 'x', stdin: '' }],
  ])('differs for %j', (body) => {
    expect(digest(body)).not.toBe(digest({ code: 'x' }));
  });
});
