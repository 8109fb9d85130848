import { describe, expect, it } from '@jest/globals';
import { createRecorded } from '../../../../api/services/responses/recorded.ts';
import type { ResponseMessage } from '../../../../shared/contracts/response-item.ts';

const message = (id: string): ResponseMessage => ({
  ...{ type: 'message', id, status: 'completed', role: 'assistant', content: [] },
});
const said = (text: string) => ({ role: 'assistant', text, calls: [] }) as const;
const usage = { inputTokens: 1, outputTokens: 2 };

describe('recorded', () => {
  it('begins with what is known already', () => {
    const start = { messages: [said('a')], items: [message('one')], steps: 1, usage };
    expect(createRecorded(3, start).state()).toEqual(start);
  });

  it('has items as they were told of, and messages of the last step without those before', () => {
    const recorded = createRecorded(1, { messages: [], items: [message('one')], steps: 0, usage });
    recorded.note({ type: 'item_done', index: 1, item: message('two') });
    recorded.reached({ messages: [said('before'), said('own')], items: [], steps: 2, usage });
    expect(recorded.state()).toEqual({
      ...{ messages: [said('own')], items: [message('one'), message('two')], steps: 2, usage },
    });
  });
});
