/** Creates, lists, renames, rotates and revokes the keys of an organization, for operators and for itself. */
import type { ApiKey, CreateApiKey, NewApiKey, RotateApiKey } from '../../shared/contracts/api-key.ts';
import type { Origin } from '../../shared/contracts/audit.ts';
import type { ApiKeyId, OrganizationId } from '../../shared/contracts/ids.ts';
import { API_KEYS_ENDED_KEPT, API_KEYS_PER_ORGANIZATION_MAX } from '../../shared/contracts/limits.ts';
import type { Added, KeyCreationStore } from '../store/key-creation-store.ts';
import type { ApiKeyRow, KeyManagementStore, KeyQuery } from '../store/key-management-store.ts';
import type { OrganizationStore } from '../store/organization-store.ts';
import { newApiKey, sha256Of, shownPrefix, type ApiKeys } from './api-keys.ts';
import type { Audit } from './audit.ts';
import { assertWithin, expiryOf, noSuchKey, refusal, toApiKey, type Grant } from './key-rules.ts';
import { noSuchOrganization } from './organization-settings.ts';

export type KeyCaller = {
  readonly origin: Origin;
  /** Absent for operators. */
  readonly grant?: Grant & { readonly keyId: ApiKeyId };
};

export type KeyManagementDeps = {
  readonly store: KeyManagementStore;
  readonly creation: KeyCreationStore;
  readonly organizations: Pick<OrganizationStore, 'find'>;
  readonly apiKeys: Pick<ApiKeys, 'forgetKey'>;
  readonly audit: Pick<Audit, 'attempt'>;
  readonly newKeyId: () => ApiKeyId;
  readonly now: () => Date;
};

const BOUNDS = { validMax: API_KEYS_PER_ORGANIZATION_MAX, endedMax: API_KEYS_ENDED_KEPT };

const termsOf = (grant: KeyCaller['grant']) => ({ ...BOUNDS, callerId: grant?.keyId });

export function createKeyManagement(deps: KeyManagementDeps) {
  const { store, creation, organizations, apiKeys, audit, newKeyId, now } = deps;

  async function found(organizationId: OrganizationId, id: ApiKeyId): Promise<ApiKeyRow> {
    const row = await store.find(organizationId, id);
    if (row === undefined) throw noSuchKey();
    return row;
  }

  async function assertListed(organizationId: OrganizationId, { after }: KeyQuery): Promise<void> {
    if ((await organizations.find(organizationId)) === undefined) throw noSuchOrganization();
    if (after !== undefined && (await store.find(organizationId, after)) === undefined) throw noSuchKey('after');
  }

  /** @throws AppError */
  async function rowOf(organizationId: OrganizationId, added: Added): Promise<ApiKeyRow> {
    if ('row' in added) return added.row;
    const isGone = added.refused === 'no-organization' && (await organizations.find(organizationId)) === undefined;
    throw isGone ? noSuchOrganization() : refusal(added.refused);
  }

  /** The row's part of a new key, and the key itself. */
  function made(id: ApiKeyId, name: string, given: Grant) {
    const key = newApiKey();
    const { scopes, expiresAt } = given;
    return { key, row: { id, name, prefix: shownPrefix(key), sha256: sha256Of(key), scopes, expires_at: expiresAt } };
  }

  return {
    /** @throws AppError NOT_FOUND */
    async list(organizationId: OrganizationId, query: KeyQuery): Promise<{ data: ApiKey[]; hasMore: boolean }> {
      const rows = await store.list(organizationId, query);
      if (rows.length === 0) await assertListed(organizationId, query);
      return { data: rows.slice(0, query.limit).map(toApiKey), hasMore: rows.length > query.limit };
    },

    /** @throws AppError NOT_FOUND */
    async read(organizationId: OrganizationId, id: ApiKeyId): Promise<ApiKey> {
      return toApiKey(await found(organizationId, id));
    },

    /** @throws AppError VALIDATION_ERROR, INSUFFICIENT_PERMISSIONS, TOO_MANY_API_KEYS, NOT_FOUND, ORGANIZATION_DELETING */
    async create(
      organizationId: OrganizationId,
      input: CreateApiKey,
      { origin, grant }: KeyCaller,
    ): Promise<NewApiKey> {
      const id = newKeyId();
      const given = { scopes: input.scopes, expiresAt: expiryOf(input.expires_at, now()) };
      const details = { scopes: input.scopes, expires_at: input.expires_at };
      return audit.attempt({ ...origin, action: 'key.create', organizationId, targetId: id, details }, async () => {
        assertWithin(grant, given);
        const { key, row } = made(id, input.name, given);
        return {
          ...toApiKey(await rowOf(organizationId, await creation.add(organizationId, row, termsOf(grant)))),
          key,
        };
      });
    },

    /** @throws AppError NOT_FOUND */
    async rename(organizationId: OrganizationId, id: ApiKeyId, name: string, origin: Origin): Promise<ApiKey> {
      return audit.attempt({ ...origin, action: 'key.rename', organizationId, targetId: id }, async () => {
        const row = await store.rename(organizationId, id, name);
        if (row === undefined) throw noSuchKey();
        return toApiKey(row);
      });
    },

    /** The key stops at once on this process, on others within two seconds. @throws AppError NOT_FOUND */
    async revoke(organizationId: OrganizationId, id: ApiKeyId, origin: Origin): Promise<ApiKey> {
      return audit.attempt({ ...origin, action: 'key.revoke', organizationId, targetId: id }, async () => {
        const row = await store.revoke(organizationId, id);
        apiKeys.forgetKey(id);
        if (row === undefined) throw noSuchKey();
        return toApiKey(row);
      });
    },

    /**
     * A new key of the same name and scopes; the old one lives on for a while, so that its users can change over.
     * @throws AppError VALIDATION_ERROR, INSUFFICIENT_PERMISSIONS, NOT_FOUND, API_KEY_ENDED, TOO_MANY_API_KEYS
     */
    async rotate(
      organizationId: OrganizationId,
      id: ApiKeyId,
      { input, origin, grant }: KeyCaller & { readonly input: RotateApiKey },
    ): Promise<NewApiKey> {
      const nextId = newKeyId();
      const { overlap_s: overlapSeconds, expires_at: wished } = input;
      const details = { next_key_id: nextId, overlap_s: overlapSeconds };
      return audit.attempt({ ...origin, action: 'key.rotate', organizationId, targetId: id, details }, async () => {
        const old = await found(organizationId, id);
        const given = {
          scopes: old.scopes,
          expiresAt: wished === undefined ? old.expires_at : expiryOf(wished, now()),
        };
        assertWithin(grant, given); // who gets the secret of a stronger key becomes stronger
        const { key, row } = made(nextId, old.name, given);
        const added = await creation.rotate(organizationId, { id, next: row, overlapSeconds }, termsOf(grant));
        apiKeys.forgetKey(id);
        return { ...toApiKey(await rowOf(organizationId, added)), key };
      });
    },
  };
}

export type KeyManagement = ReturnType<typeof createKeyManagement>;
