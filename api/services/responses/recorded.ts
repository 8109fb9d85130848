/** What of a response is known so far: items as they were told of, all else as of the last step. */
import type { ResponseEvent } from '../../../shared/contracts/response-event.ts';
import type { ResponseItem } from '../../../shared/contracts/response-item.ts';
import type { ResponseState } from '../../store/response-progress-store.ts';
import type { Progress } from './loop.ts';

/**
 * @param messagesBefore how many messages of the conversation are not the response's own
 * @param start what is known of it already
 */
export function createRecorded(messagesBefore: number, start: ResponseState) {
  const items: ResponseItem[] = [...start.items];
  let reached: Omit<ResponseState, 'items'> = start;
  return {
    note(event: ResponseEvent): void {
      if (event.type === 'call_added' || event.type === 'message_added' || event.type === 'item_done')
        items[event.index] = event.item;
    },
    reached({ messages, steps, usage }: Progress): void {
      reached = { messages: messages.slice(messagesBefore), steps, usage };
    },
    state: (): ResponseState => ({ ...reached, items: [...items] }),
  };
}

export type Recorded = ReturnType<typeof createRecorded>;
