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
    steps_max: body.max_steps ?? null,
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
    steps_max: body.max_steps !== undefined,
    metadata: body.metadata !== undefined,
  };
  // Each field of the whole that is given; the two have the same names.
  const changes: Partial<AssistantFields> = Object.fromEntries(
    Object.entries(whole).filter(([name]) => Object.entries(given).some(([known, is]) => is && known === name)),
  );
  return changes;
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
    max_steps: row.steps_max,
    metadata: row.metadata,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
