/** Writes the items of a response while a model and its code make them, and tells of each step. */
import type {
  CallOutput,
  CodeInterpreterCall,
  ResponseItem,
  ResponseMessage,
} from '../../../shared/contracts/response-item.ts';
import type { ExecutionId } from '../../../shared/contracts/ids.ts';
import type { ResponseEvent } from '../../../shared/contracts/response-event.ts';

export type ItemWriterDeps = {
  readonly emit: (event: ResponseEvent) => void;
  readonly newItemId: (kind: 'call' | 'message') => string;
};

export type CallEnd = {
  readonly status: CodeInterpreterCall['status'];
  readonly outputs: readonly CallOutput[];
  readonly executionId: ExecutionId | null;
};

/** @param before items of earlier steps, of which nothing is told again */
export function createItemWriter({ emit, newItemId }: ItemWriterDeps, before: readonly ResponseItem[]) {
  const items: ResponseItem[] = [...before];

  function add<Item extends ResponseItem>(item: Item): number {
    return items.push(item) - 1;
  }

  return {
    /** As they are now. */
    items: (): ResponseItem[] => [...items],

    /** Begins a message with its first text. */
    message() {
      const empty: ResponseMessage = {
        ...{ type: 'message', id: newItemId('message'), status: 'in_progress', role: 'assistant', content: [] },
      };
      const index = add(empty);
      let text = '';
      emit({ type: 'message_added', index, item: empty });
      return {
        write(delta: string): void {
          text += delta;
          emit({ type: 'text_delta', index, itemId: empty.id, delta });
        },
        end(status: 'completed' | 'incomplete'): void {
          const item: ResponseMessage = { ...empty, status, content: [{ type: 'output_text', text }] };
          items[index] = item;
          emit({ type: 'text_done', index, itemId: item.id, text });
          emit({ type: 'item_done', index, item });
        },
      };
    },

    /** Begins a call: its code comes in pieces or at once. */
    call() {
      const empty: CodeInterpreterCall = {
        ...{ type: 'code_interpreter_call', id: newItemId('call'), status: 'in_progress', code: '', outputs: null },
        execution_id: null,
      };
      const index = add(empty);
      let item = empty;
      emit({ type: 'call_added', index, item });
      return {
        write(delta: string): void {
          item = { ...item, code: item.code + delta };
          emit({ type: 'code_delta', index, itemId: item.id, delta });
        },
        /** The code is whole: what was not written yet is written now. */
        run(code: string): void {
          if (code.startsWith(item.code) && code !== item.code) this.write(code.slice(item.code.length));
          item = { ...item, code, status: 'interpreting' };
          items[index] = item;
          emit({ type: 'code_done', index, itemId: item.id, code });
          emit({ type: 'interpreting', index, itemId: item.id });
        },
        live(stream: 'stdout' | 'stderr', text: string): void {
          emit({ type: 'live_text', index, itemId: item.id, stream, text });
        },
        end({ status, outputs, executionId }: CallEnd): void {
          item = { ...item, status, outputs: [...outputs], execution_id: executionId };
          items[index] = item;
          emit({ type: 'item_done', index, item });
        },
      };
    },
  };
}

export type ItemWriter = ReturnType<typeof createItemWriter>;
