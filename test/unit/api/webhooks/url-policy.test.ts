import { describe, expect, it } from '@jest/globals';
import { urlProblem, type UrlPolicy } from '../../../../api/webhooks/url-policy.ts';

const STRICT: UrlPolicy = { allowPrivate: false, allowHttp: false, ports: [443, 80] };

describe('webhook URLs', () => {
  it.each(['https://example.com/', 'https://example.com:80/x?y=z', 'https://8.8.8.8/', 'https://[2606:4700::1]/'])(
    'are fine: %s',
    (url) => {
      expect(urlProblem(url, STRICT)).toBeUndefined();
    },
  );

  it.each([
    ['http://example.com/', 'https://'],
    ['ftp://example.com/', 'https://'],
    ['https://example.com:22/', '443, 80'],
    ['https://example.com:0/', '443, 80'],
    ['https://user@example.com/', 'user name'],
    ['https://:secret@example.com/', 'password'],
    ['https://10.0.0.1/', 'internet'],
    ['https://0x7f.1/', 'internet'],
    ['https://[::1]/', 'internet'],
    ['https://localhost/', 'internet'],
    ['https://a.localhost./', 'internet'],
  ])('are refused: %s', (url, problem) => {
    expect(urlProblem(url, STRICT)).toContain(problem);
  });

  it('may do without TLS where that is allowed, or private networks are', () => {
    expect(urlProblem('http://example.com/', { ...STRICT, allowHttp: true })).toBeUndefined();
    expect(urlProblem('http://10.0.0.1/', { ...STRICT, allowPrivate: true })).toBeUndefined();
    expect(urlProblem('http://10.0.0.1/', { ...STRICT, allowHttp: true })).toContain('internet');
  });

  it('may have any port where any is allowed', () => {
    expect(urlProblem('https://example.com:8443/', { ...STRICT, ports: undefined })).toBeUndefined();
  });
});
