/** Assistants, as this service's own face takes and shows them. Pure. */
import { CreateAssistant, type Assistant, type UpdateAssistant } from '../../shared/contracts/assistant.ts';
import type { AssistantFields } from '../store/assistant-store.ts';
import type { AssistantRow } from '../store/schema.ts';
import { saidOfFiles, type SaidOfTools } from '../services/responses/file-retrieval.ts';
import { saidOfCode } from '../services/responses/modes.ts';
import { boundedWarnings, unknownFields, unknownTools } from './unknown-fields.ts';

export function toAssistantFields(body: CreateAssistant): AssistantFields {
  return {
    name: body.name,
    instructions: body.instructions ?? '',
    model: body.model ?? null,
    tools: toolsOf(body),
    file_ids: body.file_ids ?? [],
    temperature: body.temperature ?? null,
    output_tokens_max: body.max_output_tokens ?? null,
    metadata: body.metadata ?? {},
  };
}

function toolsOf(body: Pick<CreateAssistant, 'tools' | 'system_tools' | 'tool_configurations'>): SaidOfTools {
  const fileRetrieval = saidOfFiles(body);
  return { ...saidOfCode(body), ...(fileRetrieval !== undefined && { fileRetrieval }) };
}

/** What is given of them. */
export function toAssistantChanges(body: UpdateAssistant): Partial<AssistantFields> {
  const whole = toAssistantFields({ ...body, name: body.name ?? '' });
  const given: Readonly<Record<keyof AssistantFields, boolean>> = {
    name: body.name !== undefined,
    instructions: body.instructions !== undefined,
    model: body.model !== undefined,
    tools: [body.tools, body.system_tools, body.tool_configurations].some((said) => said !== undefined),
    file_ids: body.file_ids !== undefined,
    temperature: body.temperature !== undefined,
    output_tokens_max: body.max_output_tokens !== undefined,
    metadata: body.metadata !== undefined,
  };
  return {
    ...(given.name && { name: whole.name }),
    ...(given.instructions && { instructions: whole.instructions }),
    ...(given.model && { model: whole.model }),
    ...(given.tools && { tools: whole.tools }),
    ...(given.file_ids && { file_ids: whole.file_ids }),
    ...(given.temperature && { temperature: whole.temperature }),
    ...(given.output_tokens_max && { output_tokens_max: whole.output_tokens_max }),
    ...(given.metadata && { metadata: whole.metadata }),
  };
}

export function assistantWarnings(body: CreateAssistant | UpdateAssistant): string[] {
  return boundedWarnings([...unknownFields(body, CreateAssistant.shape), ...unknownTools(body.tools)]);
}

export function toOwnAssistant(row: AssistantRow): Assistant {
  const { mode, outputs, fileRetrieval } = row.tools;
  return {
    id: row.id,
    object: 'assistant',
    organization_id: row.organization_id,
    name: row.name,
    instructions: row.instructions,
    model: row.model,
    tools: [
      ...(mode === undefined ? [] : [{ type: 'code_interpreter' as const, mode, outputs: outputs ?? true }]),
      ...(fileRetrieval === undefined
        ? []
        : [{ type: 'file_retrieval' as const, mode: fileRetrieval ? ('on' as const) : ('off' as const) }]),
    ],
    file_ids: row.file_ids,
    temperature: row.temperature,
    max_output_tokens: row.output_tokens_max,
    metadata: row.metadata,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
