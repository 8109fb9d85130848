/** What the calls about keys take and answer, whether operators make them or an organization for itself. */
import { z } from 'zod';
import { ApiKey, NewApiKey } from '../../shared/contracts/api-key.ts';
import { ApiKeyId } from '../../shared/contracts/ids.ts';
import { listSchema, pageQuery } from './lists.ts';

export const KeyQuery = z.strictObject(pageQuery(ApiKeyId));

const ApiKeyList = listSchema(ApiKey, 'ApiKeyList');
export const NEW_KEY = {
  status: 201,
  description: 'The new key. `key` is shown this once.',
  schema: NewApiKey,
} as const;
export const KEY_AS_IT_IS = { status: 200, description: 'The key as it is then.', schema: ApiKey } as const;
export const KEY_PAGE = { status: 200, description: 'A page.', schema: ApiKeyList } as const;

export const LIST_KEYS = 'Newest first, with the newest of the revoked and expired ones.';
export const ROTATE_KEY =
  'Makes a new key of the same name and scopes. The old one stays valid for `overlap_s` seconds, so that those who use ' +
  'it can change over without a request failing.';
export const REVOKE_KEY = 'It stops at once, within two seconds on every process, and cannot be brought back.';

export const ROTATION_ERRORS = [
  'NOT_FOUND',
  'API_KEY_ENDED',
  'TOO_MANY_API_KEYS',
  'ORGANIZATION_DELETING',
  'VALIDATION_ERROR',
  'DATABASE_UNAVAILABLE',
] as const;
