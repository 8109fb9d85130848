import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createDecoder, encodeFrame, RUNNER_FRAME } from '../../../../worker/sandbox/framing.ts';

const LENGTH_MAX = 1_000;

function decode(chunks: readonly Buffer[]) {
  const messages: { type: string; payload: string }[] = [];
  const stops: number[] = [];
  const decoder = createDecoder({
    framing: RUNNER_FRAME,
    admit: ({ type, length }) => (type === 's'.charCodeAt(0) ? 'skip' : length <= LENGTH_MAX ? 'take' : 'stop'),
    onMessage: (type, payload) =>
      messages.push({ type: String.fromCharCode(type), payload: payload.toString('latin1') }),
    onStop: ({ length }) => stops.push(length),
  });
  for (const chunk of chunks) decoder.push(chunk);
  return { messages, stops };
}

/** `bytes` cut at the given places, in order. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const bounds = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return bounds.slice(1).map((end, index) => bytes.subarray(bounds[index], end));
}

const message = fc.record({
  type: fc.constantFrom('r', 'o', 's'),
  payload: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
});

describe('framing: decoder', () => {
  it('hands out the same messages however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 30 }), (sent, places) => {
        const bytes = Buffer.concat(sent.map(({ type, payload }) => encodeFrame(type, payload)));
        const { messages, stops } = decode(cut(bytes, places));
        expect(stops).toEqual([]);
        expect(messages).toEqual(
          sent
            .filter(({ type }) => type !== 's')
            .map(({ type, payload }) => ({ type, payload: payload.toString('latin1') })),
        );
      }),
    );
  });

  it('never throws and never hands out more than the limit, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), (chunks) => {
        const { messages } = decode(chunks.map((chunk) => Buffer.from(chunk)));
        for (const { payload } of messages) expect(payload.length).toBeLessThanOrEqual(LENGTH_MAX);
      }),
    );
  });

  it('takes a payload at the limit and stops at one past it', () => {
    expect(decode([encodeFrame('r', Buffer.alloc(LENGTH_MAX))]).messages).toHaveLength(1);
    const over = decode([encodeFrame('r', Buffer.alloc(LENGTH_MAX + 1)), encodeFrame('r', Buffer.from('later'))]);
    expect(over).toEqual({ messages: [], stops: [LENGTH_MAX + 1] });
  });

  it('shows a payload as it grows, and drops the rest of one that is refused', () => {
    const shown: string[] = [];
    const taken: string[] = [];
    const decoder = createDecoder({
      framing: RUNNER_FRAME,
      admit: () => 'take',
      inspect: (_type, soFar) => {
        shown.push(soFar.toString('latin1'));
        return !shown.at(-1)?.includes('!');
      },
      onMessage: (_type, payload) => taken.push(payload.toString('latin1')),
      onStop: () => undefined,
    });
    const bytes = Buffer.concat(['ab', 'a!cd', 'ef'].map((payload) => encodeFrame('r', Buffer.from(payload))));
    for (const byte of bytes) decoder.push(Buffer.from([byte]));
    expect(taken).toEqual(['ab', 'ef']);
    expect(shown.filter((soFar) => soFar !== '')).toEqual(['a', 'ab', 'a', 'a!', 'e', 'ef']);
  });

  it('keeps nothing of a chunk but the piece of a message that it needs', () => {
    const payloads: Buffer[] = [];
    const decoder = createDecoder({
      framing: RUNNER_FRAME,
      admit: () => 'take',
      onMessage: (_type, payload) => payloads.push(payload),
      onStop: () => undefined,
    });
    const frame = encodeFrame('r', Buffer.from('piece'));
    const chunk = Buffer.concat([frame.subarray(0, 7), Buffer.alloc(0)]);
    decoder.push(chunk);
    chunk.fill('?');
    decoder.push(frame.subarray(7));
    expect(payloads.map(String)).toEqual(['piece']);
  });

  it('drops a skipped payload of any length and goes on behind it', () => {
    const big = encodeFrame('s', Buffer.alloc(100_000));
    const { messages } = decode([
      big.subarray(0, 40_000),
      big.subarray(40_000),
      encodeFrame('r', Buffer.from('after')),
    ]);
    expect(messages).toEqual([{ type: 'r', payload: 'after' }]);
  });
});
