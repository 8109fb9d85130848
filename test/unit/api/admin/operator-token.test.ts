import { describe, expect, it } from '@jest/globals';
import { operatorTokenOf } from '../../../../api/admin/operator-token.ts';

const encoded = (text: string) => Buffer.from(text).toString('base64');

describe('operator token', () => {
  it.each([
    ['a password', `Basic ${encoded('anyone:token')}`, 'token'],
    ['a password without a name', `basic ${encoded(':token')}`, 'token'],
    ['a password with colons', `Basic ${encoded('anyone:to:ken')}`, 'to:ken'],
    ['a bearer', 'Bearer token', 'token'],
    ['a name alone', `Basic ${encoded('token')}`, undefined],
    ['an empty password', `Basic ${encoded('anyone:')}`, ''],
    ['another scheme', 'Digest token', undefined],
    ['a scheme alone', 'Basic', undefined],
    ['nothing', '', undefined],
  ])('is read from %s', (_name, header, token) => {
    expect(operatorTokenOf(header)).toBe(token);
  });
});
