import { describe, expect, it } from '@jest/globals';
import type { TokenUsage } from '../../../../api/models/model.ts';
import { createRecorded } from '../../../../api/services/responses/recorded.ts';
import type { ResponseMessage } from '../../../../shared/contracts/response-item.ts';

const message = (id: string): ResponseMessage => ({
  ...{ type: 'message', id, status: 'completed', role: 'assistant', content: [] },
});
const said = (text: string) => ({ role: 'assistant', text, calls: [] }) as const;
const usage = { inputTokens: 1, outputTokens: 2 };
const asked = (used: TokenUsage | null) => ({
  ...{ itemIds: ['one'], modelMs: 30, firstTokenMs: 10, attempts: 1, usage: used },
});

describe('recorded', () => {
  it('begins with what is known already', () => {
    const start = { messages: [said('a')], items: [message('one')], steps: 1, modelSteps: [asked(usage)], usage };
    expect(createRecorded(3, start).state()).toEqual(start);
  });

  it('has items as they were told of, and messages of the last step without those before', () => {
    const start = { messages: [], items: [message('one')], steps: 0, modelSteps: [], usage };
    const recorded = createRecorded(1, start);
    recorded.note({ type: 'item_done', index: 1, item: message('two') });
    recorded.reached({ messages: [said('before'), said('own')], items: [], steps: 2 });
    expect(recorded.state()).toEqual({
      ...{ ...start, messages: [said('own')], items: [message('one'), message('two')], steps: 2 },
    });
  });

  it('counts the tokens of every step of which they are known, reached or not', () => {
    const start = { messages: [], items: [], steps: 1, modelSteps: [asked(usage)], usage };
    const recorded = createRecorded(0, start);
    recorded.asked(asked({ inputTokens: 10, outputTokens: 20 }));
    recorded.asked(asked(null));
    expect(recorded.state()).toMatchObject({ steps: 1, usage: { inputTokens: 11, outputTokens: 22 } });
    expect(recorded.state().modelSteps).toHaveLength(3);
  });
});
