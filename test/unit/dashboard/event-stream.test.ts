import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseBlock, readEvents, splitBlocks, type StreamEvent } from '../../../dashboard/src/api/event-stream.ts';

const TEXT = 'event: a\nid: 1\ndata: {"n":1}\n\n: still here\n\nevent: b\nid: 2\ndata: {"n":\ndata: 2}\n\n';
const ASKED = { path: '/x', lastEventId: null, signal: new AbortController().signal };

function streamOf(parts: readonly string[]): Response {
  const bytes = parts.map((part) => new TextEncoder().encode(part));
  return new Response(
    new ReadableStream({
      start(controller) {
        bytes.forEach((part) => {
          controller.enqueue(part);
        });
        controller.close();
      },
    }),
  );
}

describe('dashboard: event stream', () => {
  it('reads name, id and data, and joins the lines of data', () => {
    expect(parseBlock('event: b\nid: 2\ndata: {"n":\ndata: 2}')).toEqual({ name: 'b', id: '2', data: { n: 2 } });
  });

  it('takes comments and what is no JSON for no event', () => {
    expect([parseBlock(': still here'), parseBlock('data: [DONE')]).toEqual([null, null]);
  });

  it('keeps what has only begun', () => {
    expect(splitBlocks('data: 1\n\ndata: 2\n')).toEqual({ blocks: ['data: 1'], left: 'data: 2\n' });
  });

  it('reads the same events however the text is cut on its way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(TEXT.length), { maxLength: 8 }), async (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), TEXT.length];
        const parts = places.slice(1).map((end, at) => TEXT.slice(places[at], end));
        const events: StreamEvent[] = [];
        await readEvents({ stream: async () => streamOf(parts) }, ASKED, (event) => events.push(event));
        expect(events).toEqual([
          { name: 'a', id: '1', data: { n: 1 } },
          { name: 'b', id: '2', data: { n: 2 } },
        ]);
      }),
    );
  });

  it('is over where there is nothing after the last event', async () => {
    const read = await readEvents({ stream: async () => new Response(null, { status: 204 }) }, ASKED, () => undefined);
    expect(read).toEqual({ isOver: true });
  });
});
