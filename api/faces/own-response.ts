/** A response as this service's own face shows it. Pure. */
import type { ResponseItem } from '../../shared/contracts/response-item.ts';
import { isOver, type ResponseRecord } from '../services/responses/response-record.ts';

export function toOwnResponse(response: ResponseRecord) {
  return { ...toOwnSummary(response), output: response.items.map((item) => toOwnItem(item, response)) };
}

/** Without its output. */
export function toOwnSummary(response: Omit<ResponseRecord, 'items'>) {
  const { usage, status } = response;
  return {
    id: response.id,
    object: 'response' as const,
    organization_id: response.organizationId,
    assistant_id: response.assistantId,
    previous_response_id: response.previousResponseId,
    thread_id: response.threadId,
    model: response.model,
    status,
    background: response.background,
    created_at: response.createdAt.toISOString(),
    completed_at: response.completedAt?.toISOString() ?? null,
    usage:
      isOver(status) && usage !== null
        ? {
            input_tokens: usage.inputTokens,
            output_tokens: usage.outputTokens,
            total_tokens: usage.inputTokens + usage.outputTokens,
          }
        : null,
    error: response.fault,
    metadata: response.metadata,
    warnings: [...response.warnings],
  };
}

/** Outputs are left out where the request or the assistant says so. */
export function toOwnItem(item: ResponseItem, { code }: Pick<ResponseRecord, 'code'>): ResponseItem {
  return item.type === 'code_interpreter_call' && !code.outputs ? { ...item, outputs: null } : item;
}
