/** The first organization and its key, so that a new installation can be used at once. */
import { ApiKeyId, OrganizationId } from '../../shared/contracts/ids.ts';
import type { ApiKeyStore, NewApiKey } from '../store/api-key-store.ts';
import { newApiKey, sha256Of, shownPrefix } from './api-keys.ts';

export type BootstrapDeps = {
  readonly store: Pick<ApiKeyStore, 'ensureFirstOrganization' | 'add'>;
  readonly newId: (prefix: 'org' | 'key') => string;
};

export type BootstrapOutcome = {
  readonly organizationId: OrganizationId;
  /** The new key, to be shown this once; null when none was generated. */
  readonly key: string | null;
  /** Whether the organization was made by this call. */
  readonly created: boolean;
};

/**
 * Makes an organization with a generated key if there is none at all.
 * @param givenKey is added to the first organization if it is not there; no key is generated then, and none ever replaced
 */
export async function bootstrap(
  { store, newId }: BootstrapDeps,
  givenKey: string | undefined,
): Promise<BootstrapOutcome> {
  const key = givenKey ?? newApiKey();
  const row: NewApiKey = {
    id: ApiKeyId.parse(newId('key')),
    name: givenKey === undefined ? 'first key' : 'bootstrap key',
    prefix: shownPrefix(key),
    sha256: sha256Of(key),
  };
  const first = { id: OrganizationId.parse(newId('org')), name: 'First organization', key: row };
  const { id, created } = await store.ensureFirstOrganization(first);
  if (!created && givenKey !== undefined) await store.add(id, row);
  return { organizationId: id, key: created && givenKey === undefined ? key : null, created };
}
