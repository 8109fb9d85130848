/** The ids that cross a boundary. Pure: shapes only; `shared/platform/new-id.ts` makes them. */
import { z } from 'zod';

/** Characters after the prefix: 20 of base 36, about 103 random bits. */
export const ID_RANDOM_CHARACTERS = 20;

const idPattern = (prefix: string) => new RegExp(`^${prefix}_[0-9a-z]{${String(ID_RANDOM_CHARACTERS)}}$`);

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

export const ApiKeyId = z.string().regex(idPattern('key')).brand('ApiKeyId');
export type ApiKeyId = z.infer<typeof ApiKeyId>;
