/** Requests to an api under test, parsed by the contracts. */
import { ErrorEnvelope } from '../../shared/contracts/errors.ts';
import { Execution } from '../../shared/contracts/execution.ts';
import { StoredFile } from '../../shared/contracts/stored-file.ts';

export type Headers = Readonly<Record<string, string>>;
export type SseEvent = { readonly event: string; readonly id: string; readonly data: unknown };

export function createApiClient(url: string, key: string) {
  const auth = { authorization: `Bearer ${key}` };

  async function request(
    method: string,
    path: string,
    { body, headers = {} }: { body?: unknown; headers?: Headers } = {},
  ) {
    return fetch(url + path, {
      method,
      headers: { ...auth, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  return {
    request,
    post: (body: unknown, headers: Headers = {}) => request('POST', '/v1/executions', { body, headers }),
    /** Submits and expects 202. */
    async submit(body: unknown, headers: Headers = {}): Promise<Execution> {
      return executionOf(await request('POST', '/v1/executions', { body, headers }), 202);
    },
    /** Submits, waits and expects 200. */
    async run(body: unknown, headers: Headers = {}): Promise<Execution> {
      return executionOf(await request('POST', '/v1/executions', { body, headers: { prefer: 'wait=20', ...headers } }));
    },
    async read(id: string): Promise<Execution> {
      return executionOf(await request('GET', `/v1/executions/${id}`));
    },
    /** Uploads the file of a form and expects 200. */
    async upload(form: FormData): Promise<StoredFile> {
      const response = await fetch(`${url}/v1/files`, { method: 'POST', headers: auth, body: form });
      if (response.status !== 200) throw new Error(`${String(response.status)}: ${await response.text()}`);
      return StoredFile.parse(await response.json());
    },
    cancel: (id: string) => request('POST', `/v1/executions/${id}/cancel`),
    delete: (id: string) => request('DELETE', `/v1/executions/${id}`),
    events: (id: string, headers: Headers = {}, signal?: AbortSignal) =>
      fetch(`${url}/v1/executions/${id}/events`, { headers: { ...auth, ...headers }, ...(signal && { signal }) }),
  };
}

export type ApiClient = ReturnType<typeof createApiClient>;

/** The execution in an answer of that status. */
export async function executionOf(response: Response, status = 200): Promise<Execution> {
  if (response.status !== status)
    throw new Error(`not ${String(status)} but ${String(response.status)}: ${await response.text()}`);
  return Execution.parse(await response.json());
}

/** The error of an answer, checked against the envelope. */
export async function errorOf(response: Response): Promise<ErrorEnvelope['error'] & { headers: globalThis.Headers }> {
  const { error } = ErrorEnvelope.parse(await response.json());
  if (error.status !== response.status)
    throw new Error(`status ${String(response.status)} in a body of ${String(error.status)}`);
  return { ...error, headers: response.headers };
}

/** Events as they arrive; heartbeats are left out. */
export async function* readEvents(response: Response): AsyncGenerator<SseEvent> {
  if (response.body === null) throw new Error('no body');
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = parseEvent(text.slice(0, end));
      text = text.slice(end + 2);
      if (event !== undefined) yield event;
    }
  }
}

export async function allEvents(response: Response): Promise<SseEvent[]> {
  const events: SseEvent[] = [];
  for await (const event of readEvents(response)) events.push(event);
  return events;
}

function parseEvent(block: string): SseEvent | undefined {
  const fields = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  const event = fields.get('event');
  if (event === undefined) return undefined;
  return { event, id: fields.get('id') ?? '', data: JSON.parse(fields.get('data') ?? 'null') };
}
