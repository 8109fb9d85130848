/** API keys as those see them who manage them: never the key itself, but once. */
import { z } from 'zod';
import { ApiKeyId, OrganizationId } from './ids.ts';
import { API_KEY_NAME_CHARACTERS_MAX, API_KEY_OVERLAP_SECONDS_MAX } from './limits.ts';
import { nameText } from './name-text.ts';
import { Scope } from './organization.ts';

export const ApiKeyStatus = z.enum(['active', 'expired', 'revoked']);
export type ApiKeyStatus = z.infer<typeof ApiKeyStatus>;

const time = z.iso.datetime();
const FIELDS = {
  id: ApiKeyId,
  object: z.literal('api_key'),
  organization_id: OrganizationId,
  name: z.string(),
  prefix: z.string().describe('How the key begins, to recognise it by.'),
  scopes: z.array(Scope),
  status: ApiKeyStatus,
  created_at: time,
  last_used_at: time.nullable().describe('To the minute; null: never.'),
  expires_at: time.nullable(),
  revoked_at: time.nullable(),
};

export const ApiKey = z.strictObject(FIELDS).meta({ id: 'ApiKey' });
export type ApiKey = z.infer<typeof ApiKey>;

/** The one answer that holds the key itself. */
export const NewApiKey = z
  .strictObject({ ...FIELDS, key: z.string().describe('The secret. It is shown this once and stored nowhere.') })
  .meta({ id: 'NewApiKey' });
export type NewApiKey = z.infer<typeof NewApiKey>;

const ApiKeyName = nameText(API_KEY_NAME_CHARACTERS_MAX);
const Expiry = z.iso
  .datetime({ offset: true, error: 'must be a time in ISO 8601, such as 2030-01-31T12:00:00Z' })
  .nullable()
  .describe('When the key ends; null: never.');

/** What a key can do that is created without scopes: everything but managing the organization. */
const SCOPES_DEFAULT: Scope[] = ['executions', 'files', 'responses'];

export const CreateApiKey = z
  .strictObject({
    name: ApiKeyName,
    scopes: z
      .array(Scope)
      .min(1)
      .max(Scope.options.length)
      .refine((scopes) => new Set(scopes).size === scopes.length, { error: 'must not name a scope twice' })
      .default(SCOPES_DEFAULT),
    expires_at: Expiry.default(null),
  })
  .meta({ id: 'CreateApiKey' });
export type CreateApiKey = z.infer<typeof CreateApiKey>;

export const UpdateApiKey = z.strictObject({ name: ApiKeyName }).meta({ id: 'UpdateApiKey' });

export const RotateApiKey = z
  .strictObject({
    overlap_s: z
      .int()
      .min(0)
      .max(API_KEY_OVERLAP_SECONDS_MAX)
      .default(0)
      .describe('Seconds that the old key stays valid, so that its users can change over.'),
    expires_at: Expiry.optional().describe('Of the new key; that of the old one if left out.'),
  })
  .meta({ id: 'RotateApiKey' });
export type RotateApiKey = z.infer<typeof RotateApiKey>;
