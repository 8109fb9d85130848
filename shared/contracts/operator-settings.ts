/** What the service is set to: never a secret. */
import { z } from 'zod';

const Value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const ShownSetting = z
  .strictObject({
    name: z.string().describe('Of the environment variable.'),
    description: z.string(),
    unit: z.string().nullable(),
    value: Value.describe('As it counts; `null` where nothing is set, and where it is not shown.'),
    state: z.enum(['set', 'default', 'unset', 'hidden']).describe('`hidden`: it is set, and not shown.'),
  })
  .meta({ id: 'ShownSetting' });
export type ShownSetting = z.infer<typeof ShownSetting>;

export const ServiceSettings = z
  .strictObject({
    object: z.literal('settings'),
    settings: z.array(ShownSetting).describe('Of this api process.'),
    models: z.array(
      z.strictObject({ name: z.string(), provider: z.string(), model: z.string(), is_default: z.boolean() }),
    ),
    limits: z.array(z.strictObject({ name: z.string(), value: z.number() })).describe('What cannot be set.'),
    versions: z.strictObject({ service: z.string(), node: z.string(), postgresql: z.string(), redis: z.string() }),
    packages: z
      .strictObject({
        python: z.string(),
        packages: z.array(z.strictObject({ name: z.string(), version: z.string() })),
      })
      .nullable()
      .describe('Of the sandboxes; `null` while no worker is there.'),
  })
  .meta({ id: 'ServiceSettings' });
export type ServiceSettings = z.infer<typeof ServiceSettings>;
