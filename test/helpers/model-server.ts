/** A provider of models that speaks the chat completions of OpenAI over real HTTP, and says what a test wrote down. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

const ModelRequest = z.looseObject({
  model: z.string(),
  messages: z.array(
    z.looseObject({
      role: z.string(),
      content: z.unknown().optional(),
      tool_calls: z.array(z.unknown()).optional(),
      tool_call_id: z.string().optional(),
    }),
  ),
  tools: z.array(z.unknown()).optional(),
  tool_choice: z.unknown().optional(),
});
export type ModelRequest = z.infer<typeof ModelRequest> & { readonly authorization: string | undefined };

/** One answer of the model. */
export type ModelAnswer = (res: ServerResponse, req: IncomingMessage) => void | Promise<void>;

/** @param otherwise what is answered where a test wrote nothing down */
export async function startModelServer(otherwise: (request: ModelRequest) => ModelAnswer = () => fails(418)) {
  const requests: ModelRequest[] = [];
  let script: ModelAnswer[] = [];
  /** Requests whose client went away before they were answered. */
  let abandoned = 0;

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(Buffer.from(chunk));
    const body = ModelRequest.parse(JSON.parse(Buffer.concat(chunks).toString()));
    const request = { ...body, authorization: req.headers.authorization };
    requests.push(request);
    res.once('close', () => {
      if (!res.writableFinished) abandoned += 1;
    });
    const next = script.shift() ?? otherwise(request);
    await next(res, req);
  }

  const server = createServer((req, res) => {
    answer(req, res).catch((error: unknown) => {
      res.destroy(error instanceof Error ? error : undefined);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;

  return {
    /** What belongs into `base_url`. */
    url: `http://127.0.0.1:${String(port)}/v1`,
    requests,
    abandoned: () => abandoned,
    /** What is answered from now on, request by request. */
    use(...answers: ModelAnswer[]): void {
      script = answers;
      requests.length = 0;
      abandoned = 0;
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

export type ModelServer = Awaited<ReturnType<typeof startModelServer>>;

const USAGE = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

/** Text, piece by piece. */
export function says(...pieces: string[]): ModelAnswer {
  return streamed([...pieces.map((content) => ({ content })), { finish: 'stop' }]);
}

/** Calls of the code interpreter, their arguments in fragments of a few characters, all calls at once. */
export function callsCode(...codes: string[]): ModelAnswer {
  return callsTool('code_interpreter', ...codes.map((code) => JSON.stringify({ code })));
}

export function callsTool(name: string, ...argumentTexts: string[]): ModelAnswer {
  const fragments = argumentTexts.flatMap((text, index) => [
    {
      tool_calls: [
        { index, id: `call_${String(index)}_${randomName()}`, type: 'function', function: { name, arguments: '' } },
      ],
    },
    ...(text.match(/[^]{1,7}/g) ?? []).map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
  ]);
  return streamed([...fragments, { finish: 'tool_calls' }]);
}

export function fails(status: number, headers: Readonly<Record<string, string>> = {}): ModelAnswer {
  return (res) => {
    res.writeHead(status, { 'content-type': 'application/json', ...headers });
    res.end(JSON.stringify({ error: { message: 'the provider’s secret words', type: 'x', code: null } }));
  };
}

/** Takes the request and never says anything. */
export const hangs: ModelAnswer = () => undefined;

/** Says a little and nothing more. */
export function saysAndHangs(text: string): ModelAnswer {
  return (res) => {
    begin(res);
    res.write(frame({ content: text }));
  };
}

export const breaksJson: ModelAnswer = (res) => {
  begin(res);
  res.end('data: {"choices":[{"delta":{"content":\n\ndata: [DONE]\n\n');
};

/** Ends the connection in the middle of an answer. */
export const breaksOff: ModelAnswer = async (res) => {
  begin(res);
  res.write(frame({ content: 'half' }));
  await delay(20);
  res.destroy();
};

type Piece = Readonly<Record<string, unknown>> | { readonly finish: string };

function streamed(pieces: readonly Piece[]): ModelAnswer {
  return (res) => {
    begin(res);
    for (const piece of pieces) res.write('finish' in piece ? frame({}, String(piece['finish'])) : frame(piece));
    res.write(`data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', choices: [], usage: USAGE })}\n\n`);
    res.end('data: [DONE]\n\n');
  };
}

function begin(res: ServerResponse): void {
  res.writeHead(200, { 'content-type': 'text/event-stream' });
}

function frame(delta: Readonly<Record<string, unknown>>, finish: string | null = null): string {
  const choice = { index: 0, delta, finish_reason: finish };
  return `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', choices: [choice] })}\n\n`;
}

function randomName(): string {
  return Math.random().toString(36).slice(2, 8);
}
