/**
 * A provider of models over real HTTP, which says what a test wrote down in the streams of Anthropic's Messages API or of
 * Google's Gemini API.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const JsonObject = z.record(z.string(), z.unknown());

export type ProviderRequest = {
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: z.infer<typeof JsonObject>;
};

export type ProviderAnswer = { readonly status?: number; readonly type?: string; readonly text: string };

export async function startProviderServer() {
  const requests: ProviderRequest[] = [];
  let script: ProviderAnswer[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const body = JsonObject.parse(JSON.parse(Buffer.concat(chunks).toString()));
      requests.push({ path: req.url ?? '', headers: req.headers, body });
      const { status = 200, type = 'text/event-stream', text } = script.shift() ?? { status: 418, text: '' };
      res.writeHead(status, { 'content-type': type }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    requests,
    /** What is answered from now on, request by request. */
    use(...answers: ProviderAnswer[]): void {
      script = answers;
      requests.length = 0;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

export type ProviderServer = Awaited<ReturnType<typeof startProviderServer>>;

/** A refusal as JSON. */
export const refuses = (status: number, error: object): ProviderAnswer => ({
  ...{ status, type: 'application/json' },
  text: JSON.stringify(error),
});

const USAGE = { input_tokens: 10, output_tokens: 1 };

type AnthropicEvent = { readonly type: string } & Readonly<Record<string, unknown>>;

function anthropicStream(blocks: readonly AnthropicEvent[], stopReason: string): ProviderAnswer {
  const message = {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-1', content: [] },
    ...{ stop_reason: null, stop_sequence: null, usage: USAGE },
  };
  const delta = { stop_reason: stopReason, stop_sequence: null };
  return anthropicEvents([
    { type: 'message_start', message },
    { type: 'ping' },
    ...blocks,
    { type: 'message_delta', delta, usage: { output_tokens: 5 } },
    { type: 'message_stop' },
  ]);
}

function anthropicEvents(events: readonly AnthropicEvent[]): ProviderAnswer {
  return { text: events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('') };
}

function anthropicBlock(index: number, content_block: object, deltas: readonly object[]): AnthropicEvent[] {
  return [
    { type: 'content_block_start', index, content_block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

const anthropicText = (index: number, pieces: readonly string[]) =>
  anthropicBlock(
    index,
    { type: 'text', text: '' },
    pieces.map((text) => ({ type: 'text_delta', text })),
  );

export const anthropicSays = (...pieces: string[]): ProviderAnswer =>
  anthropicStream(anthropicText(0, pieces), 'end_turn');

/** Some words, then a call whose arguments come in fragments. */
export function anthropicCalls(words: string, code: string): ProviderAnswer {
  const fragments = JSON.stringify({ code }).match(/[^]{1,7}/g) ?? [];
  const call = anthropicBlock(
    1,
    { type: 'tool_use', id: 'toolu_1', name: 'code_interpreter', input: {} },
    ['', ...fragments].map((partial_json) => ({ type: 'input_json_delta', partial_json })),
  );
  return anthropicStream([...anthropicText(0, [words]), ...call], 'tool_use');
}

/** A stream that begins well, and tells of a fault as an event. */
export const anthropicFault = (type: string): ProviderAnswer =>
  anthropicEvents([{ type: 'error', error: { type, message: 'the provider’s secret words' } }]);

function geminiStream(parts: readonly object[]): ProviderAnswer {
  const frames = parts.map((part, at) => ({
    candidates: [
      {
        ...{ content: { role: 'model', parts: [part] }, index: 0 },
        ...(at === parts.length - 1 && { finishReason: 'STOP' }),
      },
    ],
    usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
    ...{ modelVersion: 'gemini-3', responseId: 'r1' },
  }));
  return { text: frames.map((frame) => `data: ${JSON.stringify(frame)}\r\n\r\n`).join('') };
}

export const geminiSays = (...pieces: string[]): ProviderAnswer => geminiStream(pieces.map((text) => ({ text })));

/** A call in one piece, with the signature that the model wants to see again. */
export const geminiCalls = (words: string, code: string, thoughtSignature: string): ProviderAnswer =>
  geminiStream([{ text: words }, { functionCall: { name: 'code_interpreter', args: { code } }, thoughtSignature }]);
