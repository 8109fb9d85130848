/** Assistants as an organization writes and reads them. Requests may hold more: that is told, not refused. */
import { z } from 'zod';
import { AssistantId, FileId, OrganizationId } from './ids.ts';
import { ASSISTANT_FILES_MAX, ASSISTANT_NAME_CHARACTERS_MAX } from './limits.ts';
import { modelFields } from './response.ts';
import { storableText } from './text.ts';

const fields = {
  name: z
    .string()
    .min(1)
    .max(ASSISTANT_NAME_CHARACTERS_MAX)
    .pipe(storableText(ASSISTANT_NAME_CHARACTERS_MAX * 4)),
  ...modelFields,
  file_ids: z.array(FileId).max(ASSISTANT_FILES_MAX).nullish(),
};

export const CreateAssistant = z.looseObject(fields).meta({ id: 'CreateAssistant' });
export type CreateAssistant = z.infer<typeof CreateAssistant>;

/** What is left out stays as it is; null takes it away. */
export const UpdateAssistant = z
  .looseObject({ ...fields, name: fields.name.optional() })
  .meta({ id: 'UpdateAssistant' });
export type UpdateAssistant = z.infer<typeof UpdateAssistant>;

const Time = z.iso.datetime();

export const Assistant = z
  .strictObject({
    id: AssistantId,
    object: z.literal('assistant'),
    organization_id: OrganizationId,
    name: z.string(),
    instructions: z.string(),
    model: z.string().nullable(),
    tools: z.array(
      z.discriminatedUnion('type', [
        z.strictObject({
          type: z.literal('code_interpreter'),
          mode: z.enum(['auto', 'on', 'off']),
          outputs: z.boolean(),
        }),
        z.strictObject({ type: z.literal('file_retrieval'), mode: z.enum(['on', 'off']) }),
      ]),
    ),
    file_ids: z.array(FileId),
    temperature: z.number().nullable(),
    max_output_tokens: z.int().nullable(),
    max_steps: z.int().nullable(),
    metadata: z.record(z.string(), z.string()),
    created_at: Time,
    updated_at: Time,
    warnings: z.array(z.string()).optional().describe('What of the request was not understood, and not used.'),
  })
  .meta({ id: 'Assistant' });
export type Assistant = z.infer<typeof Assistant>;

export const AssistantList = z
  .strictObject({
    object: z.literal('list'),
    data: z.array(Assistant),
    has_more: z.boolean(),
    first_id: AssistantId.nullable(),
    last_id: AssistantId.nullable().describe('Give it as `after` to get the next page.'),
  })
  .meta({ id: 'AssistantList' });

export const DeletedAssistant = z
  .strictObject({ id: AssistantId, object: z.literal('assistant'), deleted: z.literal(true) })
  .meta({ id: 'DeletedAssistant' });
