import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { newWebhookSecret, signatureHeaders } from '../../../../api/services/webhook-signature.ts';

const signed = () => ({ id: 'msg_1', at: new Date(), body: '{"grüße":"✓"}' });

describe('webhook signature', () => {
  it('is taken by the published package, for each of the secrets', () => {
    const [one, other] = [newWebhookSecret(), newWebhookSecret()];
    const message = signed();
    const headers = signatureHeaders(message, [one, other]);
    for (const secret of [one, other])
      expect(new Webhook(secret).verify(message.body, headers)).toEqual({ grüße: '✓' });
    expect(() => new Webhook(newWebhookSecret()).verify(message.body, headers)).toThrow('No matching signature');
  });

  it('is not taken for another body, id or time', () => {
    const secret = newWebhookSecret();
    const message = signed();
    const headers = signatureHeaders(message, [secret]);
    const verify = (body: string, change: Record<string, string> = {}) =>
      new Webhook(secret).verify(body, { ...headers, ...change });
    expect(() => verify('{}')).toThrow();
    expect(() => verify(message.body, { 'webhook-id': 'msg_2' })).toThrow();
    const later = String(Number(headers['webhook-timestamp']) + 1);
    expect(() => verify(message.body, { 'webhook-timestamp': later })).toThrow();
  });

  it('has secrets of 32 random bytes', () => {
    const secrets = Array.from({ length: 20 }, newWebhookSecret);
    expect(new Set(secrets).size).toBe(20);
    for (const secret of secrets) expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32);
  });
});
