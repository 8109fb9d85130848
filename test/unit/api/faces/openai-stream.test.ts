import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { numberedEvents, type NumberedOpenAiEvent } from '../../../../api/faces/openai-numbers.ts';
import { toOpenAiResponse } from '../../../../api/faces/openai-response.ts';
import { toOpenAiEvents } from '../../../../api/faces/openai-stream.ts';
import { createItemWriter } from '../../../../api/services/responses/item-writer.ts';
import { isOver, type ResponseRecord, type StreamedEvent } from '../../../../api/services/responses/response-record.ts';
import { asBegun } from '../../../../api/services/responses/response-view.ts';
import { OrganizationId, ResponseId } from '../../../../shared/contracts/ids.ts';

const OPTIONS = { withOutputs: true };

const KNOWN = new Set([
  'response.created',
  'response.in_progress',
  'response.output_item.added',
  'response.output_item.done',
  'response.code_interpreter_call.in_progress',
  'response.code_interpreter_call_code.delta',
  'response.code_interpreter_call_code.done',
  'response.code_interpreter_call.interpreting',
  'response.code_interpreter_call.completed',
  'response.content_part.added',
  'response.output_text.delta',
  'response.output_text.done',
  'response.content_part.done',
  'response.completed',
  'response.incomplete',
  'response.failed',
]);

const RECORD: ResponseRecord = {
  id: ResponseId.parse(`resp_${'a'.repeat(20)}`),
  organizationId: OrganizationId.parse(`org_${'b'.repeat(20)}`),
  ...{ assistantId: null, previousResponseId: null, threadId: null, model: 'clever', status: 'completed' },
  ...{ background: false, code: { mode: 'auto', outputs: true }, instructions: null, temperature: null },
  ...{ outputTokensMax: null, items: [], usage: { inputTokens: 1, outputTokens: 2 }, fault: null },
  ...{ warnings: [], metadata: {}, createdAt: new Date(1_000_000), completedAt: new Date(2_000_000) },
};

type Said =
  | { readonly kind: 'message'; readonly pieces: readonly string[] }
  | {
      readonly kind: 'call';
      readonly pieces: readonly string[];
      readonly live: readonly string[];
      readonly status: 'completed' | 'incomplete' | 'failed';
    };

const pieces = fc.array(fc.string({ minLength: 1 }), { maxLength: 4 });
const said: fc.Arbitrary<Said[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('message' as const), pieces }),
    fc.record({
      kind: fc.constant('call' as const),
      ...{ pieces, live: pieces },
      status: fc.constantFrom('completed' as const, 'incomplete' as const, 'failed' as const),
    }),
  ),
  { maxLength: 5 },
);
const ends = fc.constantFrom('completed' as const, 'incomplete' as const, 'failed' as const, 'cancelled' as const);

/** A whole log, written as responses write theirs. */
function logOf(all: readonly Said[], status: ResponseRecord['status']): StreamedEvent[] {
  const events: StreamedEvent[] = [];
  let items = 0;
  const writer = createItemWriter(
    { emit: (event) => events.push(event), newItemId: () => `item_${String(items++)}` },
    [],
  );
  for (const one of all) {
    if (one.kind === 'message') {
      const message = writer.message();
      for (const piece of one.pieces) message.write(piece);
      message.end('completed');
      continue;
    }
    const call = writer.call();
    for (const piece of one.pieces) call.write(piece);
    call.run(one.pieces.join(''));
    for (const text of one.live) call.live('stdout', text);
    call.end({ status: one.status, outputs: [{ type: 'text', text: 'out' }], executionId: null });
  }
  const response = { ...RECORD, status, items: writer.items() };
  const begun = asBegun(response);
  return [
    { type: 'created', response: begun },
    { type: 'in_progress', response: begun },
    ...events,
    { type: 'ended', response },
  ];
}

type Read = { readonly after?: number; readonly isRetold?: boolean };

async function read(
  log: readonly StreamedEvent[],
  { after, isRetold = false }: Read = {},
): Promise<NumberedOpenAiEvent[]> {
  async function* numbered() {
    for (const [at, event] of log.entries()) {
      await Promise.resolve();
      yield { number: at + 1, event, ...(isRetold && { isRetold: true as const }) };
    }
  }
  const context = { ...OPTIONS, response: RECORD };
  const told: NumberedOpenAiEvent[] = [];
  for await (const event of numberedEvents(numbered(), (one) => toOpenAiEvents(one, context), after)) told.push(event);
  return told;
}

describe('openai stream: events', () => {
  it('are numbered from 0 without a gap, and none is unknown to clients', () =>
    fc.assert(
      fc.asyncProperty(said, ends, async (all, status) => {
        const told = await read(logOf(all, status));
        expect(told.map((event) => event.sequence_number)).toEqual(told.map((_, at) => at));
        expect(told.filter(({ type }) => !KNOWN.has(type))).toEqual([]);
      }),
    ));

  it('tell every item whole, in its place', () =>
    fc.assert(
      fc.asyncProperty(said, async (all) => {
        const told = await read(logOf(all, 'completed'));
        const response = told.at(-1)?.['response'];
        const done = told.filter(({ type }) => type === 'response.output_item.done').map((event) => event['item']);
        expect(response).toMatchObject({ output: done });
        for (const [index, one] of all.entries()) {
          const type = one.kind === 'call' ? 'response.code_interpreter_call_code.delta' : 'response.output_text.delta';
          const own = told.filter((event) => event.type === type && event['output_index'] === index);
          expect(own.map((event) => event['delta']).join('')).toBe(one.pieces.join(''));
        }
      }),
    ));

  it('end with what became of it', () => {
    const last = { completed: 'completed', incomplete: 'incomplete', failed: 'failed', cancelled: 'failed' };
    return fc.assert(
      fc.asyncProperty(said, ends, async (all, status) => {
        const end = (await read(logOf(all, status))).at(-1);
        expect(end?.type).toBe(`response.${last[status]}`);
        expect(end?.['response']).toMatchObject({ status });
      }),
    );
  });

  it('come in the documented order', async () => {
    const log = logOf(
      [
        { kind: 'call', pieces: ['1'], live: ['x'], status: 'completed' },
        { kind: 'message', pieces: ['One.'] },
      ],
      'completed',
    );
    expect((await read(log)).map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.code_interpreter_call.in_progress',
      'response.code_interpreter_call_code.delta',
      'response.code_interpreter_call_code.done',
      'response.code_interpreter_call.interpreting',
      'response.code_interpreter_call.completed',
      'response.output_item.done',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
  });
});

describe('openai stream: going on', () => {
  it('after any event gives exactly what came after it', () =>
    fc.assert(
      fc.asyncProperty(said, ends, async (all, status) => {
        const log = logOf(all, status);
        const told = await read(log);
        for (const [at, { sequence_number: after }] of told.entries())
          expect(await read(log, { after })).toEqual(told.slice(at + 1));
      }),
      { numRuns: 30 },
    ));

  it('gives the end alone when the log is gone, above the number of the reader', () =>
    fc.assert(
      fc.asyncProperty(said, fc.nat(1000), async (all, after) => {
        const log = logOf(all, 'completed');
        const told = await read(log, { after, isRetold: true });
        expect(told).toMatchObject([{ type: 'response.completed' }]);
        expect(told[0]?.sequence_number).toBeGreaterThan(after);
      }),
    ));

  it('tells all anew to a reader who has nothing when the log is gone', async () => {
    const log = logOf([{ kind: 'message', pieces: ['Hi'] }], 'completed');
    expect(await read(log, { isRetold: true })).toEqual(await read(log));
  });
});

describe('openai response: shape', () => {
  it('shows outputs where they are asked for, and where whoever made it lets them be seen', () => {
    const items = [
      {
        ...{ type: 'code_interpreter_call', id: 'ci_1', status: 'completed', code: '1', execution_id: null },
        outputs: [
          { type: 'text', text: 'a' },
          { type: 'image', url: 'data:image/png;base64,AA==' },
        ],
      },
    ] satisfies ResponseRecord['items'];
    const shown = toOpenAiResponse({ ...RECORD, items }, { withOutputs: true });
    expect(shown.output).toEqual([
      {
        ...{ type: 'code_interpreter_call', id: 'ci_1', status: 'completed', code: '1' },
        container_id: `cntr_${'a'.repeat(20)}`,
        outputs: [
          { type: 'logs', logs: 'a' },
          { type: 'image', url: 'data:image/png;base64,AA==' },
        ],
      },
    ]);
    expect(toOpenAiResponse({ ...RECORD, items }, { withOutputs: false }).output).toMatchObject([{ outputs: null }]);
    const hidden = { ...RECORD, items, code: { ...RECORD.code, outputs: false } };
    expect(toOpenAiResponse(hidden, { withOutputs: true }).output).toMatchObject([{ outputs: null }]);
  });

  it.each([
    ['LENGTH', 'max_output_tokens'],
    ['CONTENT_FILTERED', 'content_filter'],
    ['STEPS_EXHAUSTED', 'max_messages'],
    ['CODE_NOT_RUN', undefined],
  ])('says why it is incomplete: %s', (code, reason) => {
    const shown = toOpenAiResponse({ ...RECORD, status: 'incomplete', fault: { code, message: 'Why.' } }, OPTIONS);
    expect(shown).toMatchObject({ error: null, incomplete_details: { code, message: 'Why.' } });
    expect(shown.incomplete_details?.reason).toBe(reason);
  });

  it.each([
    ['MODEL_RATE_LIMITED', 'rate_limit_exceeded'],
    ['MODEL_REFUSED', 'server_error'],
  ])('says why it failed: %s', (fault, code) => {
    const shown = toOpenAiResponse({ ...RECORD, status: 'failed', fault: { code: fault, message: 'Why.' } }, OPTIONS);
    expect(shown).toMatchObject({ error: { code, type: fault, message: 'Why.' }, incomplete_details: null });
  });

  it('tells times in whole seconds, and usage at the end alone', () => {
    expect(toOpenAiResponse(RECORD, OPTIONS)).toMatchObject({
      ...{ created_at: 1000, completed_at: 2000, usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 } },
    });
    expect(isOver('in_progress')).toBe(false);
    expect(toOpenAiResponse(asBegun(RECORD), OPTIONS)).toMatchObject({ completed_at: null, usage: null });
  });

  it('has warnings only where there are some', () => {
    expect(toOpenAiResponse(RECORD, OPTIONS)).not.toHaveProperty('warnings');
    expect(toOpenAiResponse({ ...RECORD, warnings: ['a'] }, OPTIONS)).toHaveProperty('warnings', ['a']);
  });
});
