import { describe, expect, it } from '@jest/globals';
import { createDirectModel, fencedPython } from '../../../../api/models/direct.ts';
import type { ModelMessage, StepPart } from '../../../../api/models/model.ts';

const user = (text: string): ModelMessage => ({ role: 'user', parts: [{ type: 'text', text }] });

async function step(messages: readonly ModelMessage[], code: 'offered' | 'withheld' = 'offered'): Promise<StepPart[]> {
  const parts: StepPart[] = [];
  const request = { instructions: '', messages, code };
  for await (const part of createDirectModel().step(request, new AbortController().signal)) parts.push(part);
  return parts.slice(0, -1);
}

describe('direct model', () => {
  it.each([
    ['python', '```python\nprint(1)\n```', ['print(1)\n']],
    ['py, after text', 'Do:\n```py\nx\n```\nthen\n~~~\ny\n~~~\n', ['x\n', 'y\n']],
    ['no language', '```\nprint(1)\n```', ['print(1)\n']],
    ['another language', '```js\nx\n```', []],
    ['nothing', 'print(1)', []],
    ['an empty block', '```python\n\n```', []],
  ])('finds fenced %s', (_, text, blocks) => {
    expect(fencedPython(text)).toEqual(blocks);
  });

  it('reads a text of nothing but opening fences as fast as any other', () => {
    expect(fencedPython('```py\n'.repeat(150_000))).toEqual([]);
  });

  it('wants the code of the last user message to be run', async () => {
    const parts = await step([
      user('```\nold\n```'),
      { role: 'assistant', text: 'x', calls: [] },
      user('```\nnew\n```'),
    ]);
    expect(parts.filter((part) => part.type === 'call')).toEqual([{ type: 'call', callId: 'direct_1', code: 'new\n' }]);
  });

  it('answers with what the code showed', async () => {
    const results = {
      role: 'results',
      results: [{ callId: 'direct_1', parts: [{ type: 'text', text: '42' }] }],
    } as const;
    expect(await step([user('```\n42\n```'), results])).toEqual([{ type: 'text', delta: '42' }]);
  });

  it.each([['offered'], ['withheld']] as const)(
    'says what it is without code, or with code %s and none there',
    async (code) => {
      expect(await step([user(code === 'offered' ? 'Hi' : '```\n1\n```')], code)).toMatchObject([
        { type: 'text', delta: expect.stringContaining('built-in model "direct"') },
      ]);
    },
  );
});
