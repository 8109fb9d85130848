/** A tool that responses can use, described for whoever configures assistants. */
import { z } from 'zod';
import { PackageList } from './worker-status.ts';

export const SystemTool = z
  .strictObject({
    id: z.string(),
    object: z.literal('system_tool'),
    name: z.string(),
    description: z.string(),
    category: z.enum(['search', 'computation', 'generation', 'automation', 'analysis']),
    toolKey: z.string(),
    isAvailable: z.boolean().describe('Whether it is switched on for the organization.'),
    capabilities: z.strictObject({
      modes: z.array(z.enum(['on', 'off', 'auto'])),
      parameters: z.array(
        z.strictObject({
          name: z.string(),
          type: z.string(),
          default: z.union([z.string(), z.boolean()]),
          description: z.string(),
        }),
      ),
    }),
    limits: z.strictObject({
      timeout_ms: z.int().describe('Of one block of code.'),
      memory_mb: z.int().describe('In MiB.'),
      code_bytes: z.int(),
      text_bytes: z.int().describe('Of stdout and stderr together.'),
      network: z.literal(false),
      file_system_writes: z.literal(false),
    }),
    packages: PackageList.nullable().describe('Null while no worker has told.'),
    modelCompatibility: z.array(z.string()).describe('Models that can use it.'),
    isPreview: z.boolean(),
    pricing: z.null(),
  })
  .meta({ id: 'SystemTool' });
export type SystemTool = z.infer<typeof SystemTool>;

export const SystemToolList = z
  .strictObject({ object: z.literal('list'), data: z.array(SystemTool) })
  .meta({ id: 'SystemToolList' });
