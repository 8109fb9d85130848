import { describe, expect, it } from '@jest/globals';
import { readBootstrapConfig, readConfig } from '../../../api/config.ts';

const needed = { DATABASE_URL: 'postgresql://u:secret@h/d', REDIS_URL: 'redis://h' };

describe('config: read', () => {
  it('has a default for everything but the two servers', () => {
    expect(readConfig(needed)).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 8080,
      REDIS_NAMESPACE: 'ci',
      SANDBOX_ISOLATION: 'organization',
    });
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(readConfig(needed))).toBe(true);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig({ ...needed, SERVICE_USER: '', PORT: '' })).toMatchObject({ PORT: 8080 });
    expect(readConfig({ ...needed, SERVICE_USER: '' }).SERVICE_USER).toBeUndefined();
  });

  it('tells every problem at once, by name and without the value', () => {
    const read = () =>
      readConfig({ PORT: '70000', DATABASE_URL: 'http://u:secret@h', LOG_LEVEL: 'loud', SANDBOX_ISOLATION: 'none' });
    expect(read).toThrow(
      /PORT: .*65535[^]*DATABASE_URL: [^]*REDIS_URL: is required[^]*LOG_LEVEL: [^]*SANDBOX_ISOLATION: /,
    );
    expect(read).not.toThrow(/secret/);
  });

  it.each(['-1', '1.5', '1e3', '0x10', ' 1', '65536'])('refuses the port %j', (PORT) => {
    expect(() => readConfig({ ...needed, PORT })).toThrow(/PORT/);
  });

  it.each(['ak_short', `sk_${'x'.repeat(40)}`, `ak_${'ä'.repeat(40)}`])('refuses the bootstrap key %j', (key) => {
    expect(() => readBootstrapConfig({ ...needed, BOOTSTRAP_API_KEY: key })).toThrow(/BOOTSTRAP_API_KEY/);
  });
});
