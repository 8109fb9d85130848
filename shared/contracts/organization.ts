/** Organizations as operators and they themselves see them. */
import { z } from 'zod';
import { Isolation } from './execution.ts';
import { OrganizationId } from './ids.ts';
import { MODEL_NAME_CHARACTERS_MAX, ORGANIZATION_NAME_CHARACTERS_MAX } from './limits.ts';
import { nameText } from './name-text.ts';
import { Quotas } from './quotas.ts';

export const OrganizationStatus = z.enum(['active', 'suspended', 'deleting']);
export type OrganizationStatus = z.infer<typeof OrganizationStatus>;

/** What a key may be used for; each route needs one. */
export const Scope = z.enum(['executions', 'files', 'responses', 'organization']);
export type Scope = z.infer<typeof Scope>;

const COMMON = {
  id: OrganizationId,
  object: z.literal('organization'),
  name: z.string(),
  status: OrganizationStatus,
  interpreter: z.boolean().describe('Whether its code may run.'),
  created_at: z.iso.datetime(),
};

/** As operators see it. */
export const Organization = z
  .strictObject({
    ...COMMON,
    isolation: Isolation.nullable().describe('Null: what the service is set to.'),
    default_model: z
      .string()
      .nullable()
      .describe('The model of responses that name none; null: what the service is set to.'),
    queue_paused: z.boolean().describe('Whether its queued executions are held back.'),
  })
  .meta({ id: 'Organization' });
export type Organization = z.infer<typeof Organization>;

/** As it sees itself. */
export const OwnOrganization = z
  .strictObject({
    ...COMMON,
    isolation: Isolation.describe('What holds for executions that ask for none.'),
    default_model: z
      .string()
      .nullable()
      .describe('What holds for responses that name none; null: they have to name one.'),
    limits: Quotas,
  })
  .meta({ id: 'OwnOrganization' });
export type OwnOrganization = z.infer<typeof OwnOrganization>;

const OrganizationName = nameText(ORGANIZATION_NAME_CHARACTERS_MAX);
const interpreter = z.boolean().describe('Whether its code may run: availability may vary by plan.');
const isolation = Isolation.nullable().describe('Null: what the service is set to, which it can only tighten.');

const defaultModel = z
  .string()
  .min(1)
  .max(MODEL_NAME_CHARACTERS_MAX)
  .nullable()
  .describe('A model that the service knows. Null: what the service is set to.');

export const CreateOrganization = z
  .strictObject({
    name: OrganizationName,
    interpreter: interpreter.default(true),
    isolation: isolation.default(null),
    default_model: defaultModel.default(null),
  })
  .meta({ id: 'CreateOrganization' });
export type CreateOrganization = z.infer<typeof CreateOrganization>;

export const UpdateOrganization = z
  .strictObject({
    name: OrganizationName.optional(),
    interpreter: interpreter.optional(),
    isolation: isolation.optional(),
    default_model: defaultModel.optional(),
  })
  .meta({ id: 'UpdateOrganization' });
export type UpdateOrganization = z.infer<typeof UpdateOrganization>;

/** What an organization sets for itself. */
export const UpdateOwnOrganization = z
  .strictObject({ default_model: defaultModel.optional() })
  .meta({ id: 'UpdateOwnOrganization' });
export type UpdateOwnOrganization = z.infer<typeof UpdateOwnOrganization>;
