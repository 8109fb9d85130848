/** Responses as operators see them: with what the organization's own settings leave out. Pure. */
import type {
  ModelStep,
  OperatorResponse,
  OperatorResponseSummary,
  ResponseFile,
  ResponseInput,
  ResponseRun,
} from '../../shared/contracts/operator-response.ts';
import type { MessagePart, ModelMessage } from '../models/model.ts';
import { toResponseRecord, toResponseSummary } from '../services/responses/response-view.ts';
import type { WholeResponse } from '../services/operator-responses.ts';
import type { ModelStep as ModelStepRecord, StoredRequest } from '../services/responses/response-record.ts';
import type { ResponseRunRow } from '../store/operator-response-store.ts';
import type { ResponseSummaryRow } from '../store/schema.ts';
import { toOwnSummary } from './own-response.ts';

export function toOperatorResponseSummary(row: ResponseSummaryRow): OperatorResponseSummary {
  return shown(toOwnSummary(toResponseSummary(row)), row);
}

export function toOperatorResponse({ row, runs, earlierIds }: WholeResponse): OperatorResponse {
  const record = toResponseRecord(row);
  return {
    ...shown(toOwnSummary(record), row),
    output: [...record.items],
    instructions: row.request.instructions,
    guidance: row.request.guidance,
    input: row.input.flatMap(toInput),
    files: toFiles(row.request),
    model_steps: row.model_steps.map(toStep),
    runs: runs.map(toRun),
    earlier_ids: [...earlierIds],
  };
}

function shown(summary: ReturnType<typeof toOwnSummary>, row: ResponseSummaryRow): OperatorResponseSummary {
  return {
    ...summary,
    error: summary.error && { ...summary.error },
    warnings: [...summary.warnings],
    steps: row.steps,
    started_at: row.started_at?.toISOString() ?? null,
    cancel_requested_at: row.cancel_requested_at?.toISOString() ?? null,
  };
}

/** What a request says is said by people and, where it tells a conversation again, by the model. */
function toInput(message: ModelMessage): ResponseInput[] {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: message.parts.map(toPart) }];
    case 'assistant':
      return [{ role: 'assistant', content: [{ type: 'text', text: message.text }] }];
    case 'results':
      return [];
  }
}

function toPart(part: MessagePart): ResponseInput['content'][number] {
  return part.type === 'text'
    ? { type: 'text', text: part.text }
    : { type: 'image', url: `data:${part.mediaType};base64,${part.base64}` };
}

function toFiles({ files = [], fileRetrieval = false, code }: StoredRequest): ResponseFile[] {
  const isForCode = fileRetrieval && code.mode !== 'off';
  return files.map(({ fileId, name, sizeBytes, mimeType, isShown }) => ({
    ...{ file_id: fileId, name, size_bytes: sizeBytes, mime_type: mimeType },
    given_to: [...(isForCode ? (['code'] as const) : []), ...(isShown ? (['model'] as const) : [])],
  }));
}

function toStep({ itemIds, modelMs, firstTokenMs, attempts, usage }: ModelStepRecord): ModelStep {
  return {
    ...{ item_ids: [...itemIds], model_ms: modelMs, first_token_ms: firstTokenMs, attempts },
    ...{ input_tokens: usage?.inputTokens ?? null, output_tokens: usage?.outputTokens ?? null },
  };
}

function toRun({ id, created_at, finished_at, ...run }: ResponseRunRow): ResponseRun {
  return {
    execution_id: id,
    ...run,
    created_at: created_at.toISOString(),
    finished_at: finished_at?.toISOString() ?? null,
  };
}
