/** A client as light as Node allows: what it costs comes on top of every figure. */
import { Agent, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { Execution } from '../shared/contracts/execution.ts';
import { readServerSentEvents, type ServerSentEvent } from './server-sent-events.ts';

export type Code = {
  readonly code: string;
  readonly isolation?: 'fresh';
  readonly files?: readonly { readonly file_id: string }[];
};
/** Why an execution is not what it should have been; undefined when it is. */
export type Check = (execution: Execution) => string | undefined;

type Call = { readonly method: string; readonly path: string; readonly body?: unknown; readonly events?: boolean };

export function createClient(url: string, key: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

  function send({ method, path, body, events = false }: Call): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const headers = {
        authorization: `Bearer ${key}`,
        ...(events && { accept: 'text/event-stream' }),
        ...(payload !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(payload),
        }),
      };
      request(`${url}${path}`, { method, agent, headers }, resolve).on('error', reject).end(payload);
    });
  }

  async function expectStatus(response: IncomingMessage, status: number): Promise<void> {
    if (response.statusCode === status) return;
    throw new Error(`HTTP ${String(response.statusCode)}: ${(await text(response)).slice(0, 300)}`);
  }

  return {
    send,
    /** Milliseconds from the request to the finished execution. @throws when it is not what `check` wants */
    async run(body: Code, check: Check): Promise<number> {
      const startedMs = performance.now();
      const response = await send({ method: 'POST', path: '/v1/executions?wait=60', body });
      const answer = await text(response);
      const ms = performance.now() - startedMs;
      if (response.statusCode !== 200) throw new Error(`HTTP ${String(response.statusCode)}: ${answer.slice(0, 300)}`);
      assertRight(JSON.parse(answer), check);
      return ms;
    },
    /** Milliseconds from the request to the first output that its event stream shows. */
    async firstOutput(body: Code, check: Check): Promise<number> {
      const startedMs = performance.now();
      const response = await send({ method: 'POST', path: '/v1/executions', body, events: true });
      await expectStatus(response, 200);
      let ms: number | undefined;
      let finished: unknown;
      for await (const { name, data } of readServerSentEvents(response)) {
        if (name === 'execution.output') ms ??= performance.now() - startedMs;
        if (name === 'execution.finished') finished = data;
      }
      assertRight(finished, check);
      if (ms === undefined) throw new Error('no output came before the end');
      return ms;
    },
    /** @returns the id of an execution that was taken in */
    async submit(body: Code): Promise<string> {
      const response = await send({ method: 'POST', path: '/v1/executions', body });
      await expectStatus(response, 202);
      return Execution.parse(JSON.parse(await text(response))).id;
    },
    async events(id: string): Promise<AsyncGenerator<ServerSentEvent>> {
      const response = await send({ method: 'GET', path: `/v1/executions/${id}/events`, events: true });
      await expectStatus(response, 200);
      return readServerSentEvents(response);
    },
    close: () => {
      agent.destroy();
    },
  };
}

export type Client = ReturnType<typeof createClient>;

function assertRight(answer: unknown, check: Check): void {
  const execution = Execution.parse(answer);
  const complaint = execution.status === 'completed' ? check(execution) : execution.status;
  if (complaint !== undefined) throw new Error(`${execution.id}: ${complaint}`);
}
