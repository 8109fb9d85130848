/** Code that an operator runs on behalf of an organization. */
import { z } from 'zod';
import { CreateExecution } from './execution.ts';
import { OrganizationId } from './ids.ts';

/** In `metadata` of what operators ran: the organization sees that it was not its own. */
export const PLAYGROUND_MARK = { playground: 'true' } as const;

export const RunInPlayground = z
  .strictObject({
    organization_id: OrganizationId.describe('Whose quotas count, and whose files the code may be given.'),
    ...CreateExecution.pick({
      code: true,
      stdin: true,
      files: true,
      timeout_ms: true,
      memory_mb: true,
      figure_format: true,
    }).shape,
  })
  .meta({ id: 'RunInPlayground' });
export type RunInPlayground = z.infer<typeof RunInPlayground>;
