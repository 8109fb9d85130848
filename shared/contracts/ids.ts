/** The ids that cross a boundary. Pure: shapes only; `shared/platform/new-id.ts` makes them. */
import { z } from 'zod';

/** Characters after the prefix: 20 of base 36, about 103 random bits. */
export const ID_RANDOM_CHARACTERS = 20;

const idPattern = (prefix: string) => new RegExp(`^${prefix}_[0-9a-z]{${String(ID_RANDOM_CHARACTERS)}}$`);

const ANY_ID = new RegExp(`^[a-z]{2,8}_[0-9a-z]{${String(ID_RANDOM_CHARACTERS)}}$`);

/** Whether it has the form of an id of any kind: safe to be written anywhere. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && ANY_ID.test(value);
}

export const ExecutionId = z
  .string()
  .regex(idPattern('exec'), 'an execution id: exec_ and 20 lower-case letters or digits')
  .brand('ExecutionId')
  .meta({ example: 'exec_4s0kq7n2m9x1c5v8b3z6' });
export type ExecutionId = z.infer<typeof ExecutionId>;

export const OrganizationId = z
  .string()
  .regex(idPattern('org'), 'an organization id: org_ and 20 lower-case letters or digits')
  .brand('OrganizationId')
  .meta({ example: 'org_0a1b2c3d4e5f6g7h8i9j' });
export type OrganizationId = z.infer<typeof OrganizationId>;

export const ApiKeyId = z
  .string()
  .regex(idPattern('key'), 'a key id: key_ and 20 lower-case letters or digits')
  .brand('ApiKeyId')
  .meta({ example: 'key_3c5e7g9i1k2m4o6q8s0u' });
export type ApiKeyId = z.infer<typeof ApiKeyId>;

export const AccountId = z
  .string()
  .regex(idPattern('acct'), 'an account id: acct_ and 20 lower-case letters or digits')
  .brand('AccountId')
  .meta({ example: 'acct_5d7f9h1j3k5m7n9p1q3r' });
export type AccountId = z.infer<typeof AccountId>;

export const FileId = z
  .string()
  .regex(idPattern('file'), 'a file id: file_ and 20 lower-case letters or digits')
  .brand('FileId')
  .meta({ example: 'file_7h2k9m4p6q8r1s3t5v0w' });
export type FileId = z.infer<typeof FileId>;

export const WebhookEndpointId = z
  .string()
  .regex(idPattern('hook'), 'a webhook endpoint id: hook_ and 20 lower-case letters or digits')
  .brand('WebhookEndpointId')
  .meta({ example: 'hook_2b4d6f8h0k1m3n5p7q9r' });
export type WebhookEndpointId = z.infer<typeof WebhookEndpointId>;

export const AssistantId = z
  .string()
  .regex(idPattern('asst'), 'an assistant id: asst_ and 20 lower-case letters or digits')
  .brand('AssistantId')
  .meta({ example: 'asst_1a2b3c4d5e6f7g8h9i0j' });
export type AssistantId = z.infer<typeof AssistantId>;

export const ResponseId = z
  .string()
  .regex(idPattern('resp'), 'a response id: resp_ and 20 lower-case letters or digits')
  .brand('ResponseId')
  .meta({ example: 'resp_9z8y7x6w5v4u3t2s1r0q' });
export type ResponseId = z.infer<typeof ResponseId>;
export const WebhookDeliveryId = z
  .string()
  .regex(idPattern('msg'), 'a delivery id: msg_ and 20 lower-case letters or digits')
  .brand('WebhookDeliveryId')
  .meta({ example: 'msg_0f1e2d3c4b5a69788796' });
export type WebhookDeliveryId = z.infer<typeof WebhookDeliveryId>;
