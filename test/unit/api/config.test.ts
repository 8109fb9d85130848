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

  it('reads models, and the keys that they name', () => {
    const models = {
      local: { provider: 'openai-compatible', base_url: 'http://localhost:11434/v1', model: 'qwen3' },
      clever: { provider: 'anthropic', api_key_env: 'CLEVER_KEY', model: 'clever-1' },
    };
    const config = readConfig({ ...needed, MODELS: JSON.stringify(models), CLEVER_KEY: 'secret', OTHER_KEY: 'x' });
    expect(config).toMatchObject({ models, modelKeys: { CLEVER_KEY: 'secret' } });
    expect(config.modelKeys).not.toHaveProperty('OTHER_KEY');
  });

  it.each([
    ['{', /MODELS: must be JSON/],
    ['/nowhere/models.json', /MODELS: must be JSON/],
    ['{"a":{"provider":"none"}}', /MODELS: a\.provider/],
    ['{"direct":{"provider":"openai-compatible","base_url":"http://h","model":"m"}}', /MODELS: .*direct/],
    ['{"a":{"provider":"openai-compatible","base_url":"http://h","model":"m","api_key":"sk-1"}}', /MODELS: a/],
  ])('refuses the models %s', (MODELS, problem) => {
    expect(() => readConfig({ ...needed, MODELS })).toThrow(problem);
    expect(() => readConfig({ ...needed, MODELS })).not.toThrow(/sk-1/);
  });
});
