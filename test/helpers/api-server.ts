/** A whole api in this process, on a port of its own, with a client for it. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  /** Where it keeps the contents of files; a directory of its own unless several share one. */
  readonly filesDirectory?: string;
  readonly environment?: Readonly<Record<string, string>>;
};

export async function startApi({ databaseUrl, redisUrl, namespace, environment = {}, ...options }: ApiOptions) {
  const filesDirectory = options.filesDirectory ?? mkdtempSync(join(tmpdir(), 'ci-files-'));
  const config = readConfig({
    PORT: '0',
    DATABASE_URL: databaseUrl,
    DATABASE_CONNECTIONS_MAX: '8',
    REDIS_URL: redisUrl,
    REDIS_NAMESPACE: namespace,
    LOG_LEVEL: 'silent',
    FILES_DIRECTORY: filesDirectory,
    ...environment,
  });
  const lifecycle = createLifecycle((name, error) => {
    throw new Error(`could not close ${name}`, { cause: error });
  });
  if (options.filesDirectory === undefined) {
    lifecycle.onClose('files', () => {
      rmSync(filesDirectory, { recursive: true, force: true });
    });
  }
  const log = createLog('api', config.LOG_LEVEL);
  try {
    const { url, services, metricsUrl } = await openServer({ config, log, lifecycle });
    return { url, services, metricsUrl, filesDirectory, stop: () => lifecycle.close() };
  } catch (error) {
    await lifecycle.close();
    throw error;
  }
}

export type TestApi = Awaited<ReturnType<typeof startApi>>;

export type TestOrganization = { readonly id: string; readonly key: string; readonly keyId: string };

/** An organization with one key, straight in the database. */
export async function anOrganization(databaseUrl: string): Promise<TestOrganization> {
  const [organization] = await someOrganizations(databaseUrl, 1);
  if (organization === undefined) throw new Error('no organization was made');
  return organization;
}

/** As many organizations with one key each, in two statements however many they are. */
export async function someOrganizations(databaseUrl: string, count: number): Promise<TestOrganization[]> {
  const made = Array.from({ length: count }, () => {
    const key = `ak_${randomBytes(32).toString('base64url')}`;
    return { id: newId('org'), keyId: newId('key'), key };
  });
  const ids = made.map(({ id }) => id);
  await adminQuery(databaseUrl, "insert into organizations (id, name) select id, 'test' from unnest($1::text[]) id", [
    ids,
  ]);
  await adminQuery(
    databaseUrl,
    `insert into api_keys (id, organization_id, name, prefix, sha256)
      select id, organization_id, 'test', prefix, sha256
      from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as made (id, organization_id, prefix, sha256)`,
    [
      made.map(({ keyId }) => keyId),
      ids,
      made.map(({ key }) => key.slice(0, 10)),
      made.map(({ key }) => createHash('sha256').update(key).digest('hex')),
    ],
  );
  return made;
}
