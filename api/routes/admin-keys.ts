/** Keys of any organization, for operators. */
import { z } from 'zod';
import { CreateApiKey, RotateApiKey, UpdateApiKey } from '../../shared/contracts/api-key.ts';
import { ApiKeyId, OrganizationId } from '../../shared/contracts/ids.ts';
import { defineOperatorRoute, json, type Route } from '../http/define-route.ts';
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

const OrganizationParams = z.strictObject({ id: OrganizationId });
const KeyParams = z.strictObject({ id: OrganizationId, key_id: ApiKeyId });

export function createAdminKeyRoutes(keys: KeyManagement): Route[] {
  return [...readRoutes(keys), ...changeRoutes(keys)];
}

function readRoutes(keys: Pick<KeyManagement, 'list' | 'read' | 'rename'>): Route[] {
  return [
    defineOperatorRoute({
      role: 'viewer',
      method: 'get',
      path: '/admin/api/organizations/{id}/keys',
      operationId: 'listKeysOfOrganization',
      summary: 'List the keys of an organization',
      description: LIST_KEYS,
      params: OrganizationParams,
      query: KeyQuery,
      answers: [KEY_PAGE],
      errors: ['NOT_FOUND', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      handle: async ({ params, query }) => listAnswer(await keys.list(params.id, query)),
    }),
    defineOperatorRoute({
      role: 'viewer',
      method: 'get',
      path: '/admin/api/organizations/{id}/keys/{key_id}',
      operationId: 'readKeyOfOrganization',
      summary: 'Read a key of an organization',
      params: KeyParams,
      answers: [KEY_AS_IT_IS],
      errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
      handle: async ({ params }) => json(200, await keys.read(params.id, params.key_id)),
    }),
    defineOperatorRoute({
      role: 'admin',
      method: 'patch',
      path: '/admin/api/organizations/{id}/keys/{key_id}',
      operationId: 'renameKeyOfOrganization',
      summary: 'Rename a key of an organization',
      params: KeyParams,
      body: UpdateApiKey,
      answers: [KEY_AS_IT_IS],
      errors: ['NOT_FOUND', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      handle: async ({ params, body, origin }) =>
        json(200, await keys.rename(params.id, params.key_id, body.name, origin)),
    }),
  ];
}

function changeRoutes(keys: Pick<KeyManagement, 'create' | 'rotate' | 'revoke'>): Route[] {
  return [
    defineOperatorRoute({
      role: 'admin',
      method: 'post',
      path: '/admin/api/organizations/{id}/keys',
      operationId: 'createKeyOfOrganization',
      summary: 'Create a key for an organization',
      params: OrganizationParams,
      body: CreateApiKey,
      answers: [NEW_KEY],
      errors: ['NOT_FOUND', 'ORGANIZATION_DELETING', 'TOO_MANY_API_KEYS', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      handle: async ({ params, body, origin }) => json(201, await keys.create(params.id, body, { origin })),
    }),
    defineOperatorRoute({
      role: 'admin',
      method: 'post',
      path: '/admin/api/organizations/{id}/keys/{key_id}/rotate',
      operationId: 'rotateKeyOfOrganization',
      summary: 'Rotate a key of an organization',
      description: ROTATE_KEY,
      params: KeyParams,
      body: RotateApiKey,
      answers: [NEW_KEY],
      errors: ROTATION_ERRORS,
      handle: async ({ params, body: input, origin }) =>
        json(201, await keys.rotate(params.id, params.key_id, { input, origin })),
    }),
    defineOperatorRoute({
      role: 'admin',
      method: 'delete',
      path: '/admin/api/organizations/{id}/keys/{key_id}',
      operationId: 'revokeKeyOfOrganization',
      summary: 'Revoke a key of an organization',
      description: REVOKE_KEY,
      params: KeyParams,
      answers: [KEY_AS_IT_IS],
      errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
      handle: async ({ params, origin }) => json(200, await keys.revoke(params.id, params.key_id, origin)),
    }),
  ];
}
