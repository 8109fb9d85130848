import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readServerSentEvents, type ServerSentEvent } from '../../../bench/server-sent-events.ts';

const STREAM = Buffer.from(
  'event: execution.output\nid: 1\ndata: {"text":"é: ü"}\n\n: heartbeat\n\nevent: execution.finished\nid: 2\ndata: 7\n\n',
);

async function read(chunks: readonly Buffer[]): Promise<ServerSentEvent[]> {
  async function* stream() {
    yield* chunks;
  }
  const events: ServerSentEvent[] = [];
  for await (const event of readServerSentEvents(stream())) events.push(event);
  return events;
}

describe('benchmarks: server-sent events', () => {
  it('reads events and leaves heartbeats out, wherever the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(STREAM.length)), async (places) => {
        const cuts = [0, ...places.toSorted((a, b) => a - b), STREAM.length];
        const chunks = cuts.slice(1).map((cut, index) => STREAM.subarray(cuts[index], cut));
        expect(await read(chunks)).toEqual([
          { name: 'execution.output', data: { text: 'é: ü' } },
          { name: 'execution.finished', data: 7 },
        ]);
      }),
    );
  });

  it('gives no event that was not finished', async () => {
    expect(await read([STREAM.subarray(0, 30)])).toEqual([]);
  });
});
