/** Models that responses can name. */
import { z } from 'zod';

export const ModelDescription = z
  .strictObject({
    id: z.string().describe('The name to give as `model`.'),
    object: z.literal('model'),
    created: z.literal(0).describe('For clients that expect it; it says nothing.'),
    owned_by: z
      .enum(['openai-compatible', 'anthropic', 'google', 'built-in'])
      .describe('What the service speaks to it; `built-in` needs no provider.'),
  })
  .meta({ id: 'Model' });
export type ModelDescription = z.infer<typeof ModelDescription>;
