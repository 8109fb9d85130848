/** A whole api in this process, on a port of its own, with a client for it. */
import { createHash, randomBytes } from 'node:crypto';
import { createLifecycle } from '../../shared/platform/lifecycle.ts';
import { createLog } from '../../shared/platform/log.ts';
import { newId } from '../../shared/platform/new-id.ts';
import { readConfig } from '../../api/config.ts';
import { openServer } from '../../api/open-server.ts';
import { adminQuery } from './postgres.ts';

export type ApiOptions = {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly namespace: string;
  readonly environment?: Readonly<Record<string, string>>;
};

export async function startApi({ databaseUrl, redisUrl, namespace, environment = {} }: ApiOptions) {
  const config = readConfig({
    PORT: '0',
    DATABASE_URL: databaseUrl,
    DATABASE_CONNECTIONS_MAX: '8',
    REDIS_URL: redisUrl,
    REDIS_NAMESPACE: namespace,
    LOG_LEVEL: 'silent',
    ...environment,
  });
  const lifecycle = createLifecycle((name, error) => {
    throw new Error(`could not close ${name}`, { cause: error });
  });
  const log = createLog('api', config.LOG_LEVEL);
  try {
    const { url, services, metricsUrl } = await openServer({ config, log, lifecycle });
    return { url, services, metricsUrl, stop: () => lifecycle.close() };
  } catch (error) {
    await lifecycle.close();
    throw error;
  }
}

export type TestApi = Awaited<ReturnType<typeof startApi>>;

export type TestOrganization = { readonly id: string; readonly key: string; readonly keyId: string };

/** An organization with one key, straight in the database. */
export async function anOrganization(databaseUrl: string): Promise<TestOrganization> {
  const [id, keyId, key] = [newId('org'), newId('key'), `ak_${randomBytes(32).toString('base64url')}`];
  const sha256 = createHash('sha256').update(key).digest('hex');
  await adminQuery(databaseUrl, 'insert into organizations (id, name) values ($1, $2)', [id, 'test']);
  await adminQuery(
    databaseUrl,
    'insert into api_keys (id, organization_id, name, prefix, sha256) values ($1, $2, $3, $4, $5)',
    [keyId, id, 'test', key.slice(0, 10), sha256],
  );
  return { id, key, keyId };
}
