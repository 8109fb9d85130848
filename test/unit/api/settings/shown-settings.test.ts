import { describe, expect, it } from '@jest/globals';
import { ServerEnvironment } from '../../../../api/config.ts';
import { shownSettings } from '../../../../api/settings/shown-settings.ts';

const SECRET = 'hunter2-0123456789abcdef-0123456789abcdef';
const names = Object.keys(ServerEnvironment.shape);

/** Texts that name something of the service itself: whoever sets one says what is shown. */
const SHOWN_TEXTS = [
  ...['HOST', 'METRICS_HOST', 'REDIS_NAMESPACE', 'SERVICE_USER', 'FILES_DIRECTORY', 'S3_BUCKET', 'S3_REGION'],
  ...['MODEL_DEFAULT', 'WEBHOOK_PORTS', 'OTEL_SERVICE_NAME', 'OTEL_TRACES_SAMPLER_ARG'],
];

/** Set for every setting that takes it. */
function told(value: string) {
  const values = Object.entries(ServerEnvironment.shape).flatMap(([name, schema]) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? [[name, parsed.data]] : [];
  });
  return shownSettings(ServerEnvironment.shape, Object.fromEntries(values));
}

describe('shown settings', () => {
  it.each([
    ['a word', SECRET],
    ['a user', `https://${SECRET}@host.example:1234/`],
    ['a password', `https://user:${SECRET}@host.example/`],
    ['a path', `https://host.example/${SECRET}?x=1`],
    ['a query', `https://host.example/?key=${SECRET}`],
    ['JSON', JSON.stringify({ key: SECRET })],
  ])('tell no secret that is %s of any setting', (_name, value) => {
    const hidden = told(value).filter(({ state }) => state === 'hidden');
    expect(hidden.map(({ name }) => name)).toContain('ADMIN_TOKEN');
    const leaking = told(value).filter((setting) => JSON.stringify(setting).includes(SECRET));
    expect(leaking.map(({ name }) => name).filter((name) => !SHOWN_TEXTS.includes(name))).toEqual([]);
  });

  it('tell where another server is', () => {
    const shown = shownSettings(ServerEnvironment.shape, { DATABASE_URL: 'postgresql://me:secret@db.example:5432/ci' });
    const database = shown.find(({ name }) => name === 'DATABASE_URL');
    expect(database).toMatchObject({ value: 'postgresql://db.example:5432', state: 'set' });
  });

  it('tell every setting, with what it decides', () => {
    const shown = shownSettings(ServerEnvironment.shape, {});
    expect(shown.map(({ name }) => name)).toEqual(names);
    expect(shown.filter(({ description, state }) => description === '' || state !== 'unset')).toEqual([]);
  });
});
