/** Organizations and their keys: what a key may do. */
import { z } from 'zod';

export const OrganizationStatus = z.enum(['active', 'suspended', 'deleting']);
export type OrganizationStatus = z.infer<typeof OrganizationStatus>;

/** What a key may be used for; each route needs one. */
export const Scope = z.enum(['executions', 'files', 'responses', 'organization']);
export type Scope = z.infer<typeof Scope>;
