/** From rows to what faces show. Pure. */
import type { ResponseRow, ResponseSummaryRow } from '../../store/schema.ts';
import { isOver, type ResponseRecord } from './response-record.ts';

export type ResponseSummary = Omit<ResponseRecord, 'items'>;

export function toResponseSummary(row: ResponseSummaryRow): ResponseSummary {
  const { request, status } = row;
  return {
    id: row.id,
    organizationId: row.organization_id,
    assistantId: row.assistant_id,
    previousResponseId: row.previous_response_id,
    threadId: row.thread_id,
    model: row.model,
    status,
    background: row.background,
    code: request.code,
    instructions: request.instructions,
    temperature: request.temperature,
    outputTokensMax: request.outputTokensMax,
    usage: isOver(status) ? { inputTokens: row.input_tokens, outputTokens: row.output_tokens } : null,
    fault: row.fault,
    warnings: row.warnings,
    metadata: row.metadata,
    createdAt: row.created_at,
    completedAt: row.completed_at,
  };
}

export function toResponseRecord(row: ResponseRow): ResponseRecord {
  return { ...toResponseSummary(row), items: row.items };
}

/** The response as it was when its making began, whatever became of it since. */
export function asBegun(record: ResponseRecord): ResponseRecord {
  return { ...record, status: 'in_progress', items: [], usage: null, fault: null, completedAt: null };
}
