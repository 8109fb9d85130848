/** Keys of an organization, for itself. */
import { z } from 'zod';
import { CreateApiKey, RotateApiKey, UpdateApiKey } from '../../shared/contracts/api-key.ts';
import { ApiKeyId } from '../../shared/contracts/ids.ts';
import { defineRoute, json, type Caller, type Route } from '../http/define-route.ts';
import type { KeyManagement } from '../services/key-management.ts';
import {
  KEY_AS_IT_IS,
  KEY_PAGE,
  KeyQuery,
  LIST_KEYS,
  NEW_KEY,
  REVOKE_KEY,
  ROTATE_KEY,
  ROTATION_ERRORS,
} from './key-answers.ts';
import { listAnswer } from './lists.ts';

const KeyParams = z.strictObject({ id: ApiKeyId });

const GIVES_ITS_OWN = 'A key can only give scopes that it has, and make keys that end no later than itself.';

export function createOwnKeyRoutes(keys: KeyManagement): Route[] {
  return [...readRoutes(keys), ...changeRoutes(keys)];
}

function readRoutes(keys: Pick<KeyManagement, 'list' | 'read' | 'rename'>): Route[] {
  return [
    defineRoute({
      scope: 'organization',
      method: 'get',
      path: '/v1/organization/keys',
      operationId: 'listKeys',
      summary: 'List your keys',
      description: LIST_KEYS,
      query: KeyQuery,
      answers: [KEY_PAGE],
      errors: ['NOT_FOUND', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      handle: async ({ organizationId, query }) => listAnswer(await keys.list(organizationId, query)),
    }),
    defineRoute({
      scope: 'organization',
      method: 'get',
      path: '/v1/organization/keys/{id}',
      operationId: 'readKey',
      summary: 'Read a key',
      params: KeyParams,
      answers: [KEY_AS_IT_IS],
      errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
      handle: async ({ organizationId, params }) => json(200, await keys.read(organizationId, params.id)),
    }),
    defineRoute({
      scope: 'organization',
      method: 'patch',
      path: '/v1/organization/keys/{id}',
      operationId: 'renameKey',
      summary: 'Rename a key',
      params: KeyParams,
      body: UpdateApiKey,
      answers: [KEY_AS_IT_IS],
      errors: ['NOT_FOUND', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      handle: async ({ organizationId, params, body, origin }) =>
        json(200, await keys.rename(organizationId, params.id, body.name, origin)),
    }),
  ];
}

const grantOf = ({ keyId, scopes, expiresAt }: Caller) => ({ keyId, scopes, expiresAt });

function changeRoutes(keys: Pick<KeyManagement, 'create' | 'rotate' | 'revoke'>): Route[] {
  return [
    defineRoute({
      scope: 'organization',
      method: 'post',
      path: '/v1/organization/keys',
      operationId: 'createKey',
      summary: 'Create a key',
      description: GIVES_ITS_OWN,
      body: CreateApiKey,
      answers: [NEW_KEY],
      errors: ['TOO_MANY_API_KEYS', 'ORGANIZATION_DELETING', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      handle: async ({ body, origin, ...caller }) =>
        json(201, await keys.create(caller.organizationId, body, { origin, grant: grantOf(caller) })),
    }),
    defineRoute({
      scope: 'organization',
      method: 'post',
      path: '/v1/organization/keys/{id}/rotate',
      operationId: 'rotateKey',
      summary: 'Rotate a key',
      description: `${ROTATE_KEY} ${GIVES_ITS_OWN} A key may rotate itself.`,
      params: KeyParams,
      body: RotateApiKey,
      answers: [NEW_KEY],
      errors: ROTATION_ERRORS,
      handle: async ({ params, body: input, origin, ...caller }) =>
        json(201, await keys.rotate(caller.organizationId, params.id, { input, origin, grant: grantOf(caller) })),
    }),
    defineRoute({
      scope: 'organization',
      method: 'delete',
      path: '/v1/organization/keys/{id}',
      operationId: 'revokeKey',
      summary: 'Revoke a key',
      description: `${REVOKE_KEY} A key may revoke itself; the last one too.`,
      params: KeyParams,
      answers: [KEY_AS_IT_IS],
      errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
      handle: async ({ organizationId, params, origin }) =>
        json(200, await keys.revoke(organizationId, params.id, origin)),
    }),
  ];
}
