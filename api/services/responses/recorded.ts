/** What of a response is known so far: items as they were told of, all else as of the last step. */
import type { ResponseEvent } from '../../../shared/contracts/response-event.ts';
import type { ResponseItem } from '../../../shared/contracts/response-item.ts';
import type { TokenUsage } from '../../models/model.ts';
import type { ResponseState } from '../../store/response-progress-store.ts';
import type { Progress } from './loop.ts';
import type { ModelStep } from './response-record.ts';

/**
 * @param messagesBefore how many messages of the conversation are not the response's own
 * @param start what is known of it already
 */
export function createRecorded(messagesBefore: number, start: ResponseState) {
  const items: ResponseItem[] = [...start.items];
  const modelSteps: ModelStep[] = [...start.modelSteps];
  let { messages, steps, usage } = start;
  return {
    note(event: ResponseEvent): void {
      if (event.type === 'call_added' || event.type === 'message_added' || event.type === 'item_done')
        items[event.index] = event.item;
    },
    /** Tokens count once the model has answered, whatever becomes of the step. */
    asked(step: ModelStep): void {
      modelSteps.push(step);
      if (step.usage !== null) usage = sum(usage, step.usage);
    },
    reached(progress: Progress): void {
      messages = progress.messages.slice(messagesBefore);
      ({ steps } = progress);
    },
    state: (): ResponseState => ({ messages, steps, usage, items: [...items], modelSteps: [...modelSteps] }),
  };
}

export type Recorded = ReturnType<typeof createRecorded>;

function sum(one: TokenUsage, other: TokenUsage): TokenUsage {
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
  };
}
