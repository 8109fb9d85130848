/** Requests for responses to an api under test, parsed by the contracts. */
import { Response as OwnResponse } from '../../shared/contracts/response.ts';
import type { z } from 'zod';
import type { ApiClient, Headers } from './api-client.ts';

export type Made = z.infer<typeof OwnResponse>;

export function createResponseClient({ request }: Pick<ApiClient, 'request'>) {
  const path = '/v1/model/response';
  return {
    post: (body: unknown, headers: Headers = {}) => request('POST', path, { body, headers }),
    /** Expects 200. */
    async make(body: unknown): Promise<Made> {
      return madeOf(await request('POST', path, { body }));
    },
    async read(id: string): Promise<Made> {
      return madeOf(await request('GET', `${path}/${id}`));
    },
    stream: (body: object, headers: Headers = {}) => request('POST', `${path}/stream`, { body, headers }),
    cancel: (id: string) => request('POST', `${path}/${id}/cancel`),
    delete: (id: string) => request('DELETE', `${path}/${id}`),
    list: (query = '') => request('GET', `${path}${query}`),
  };
}

export type ResponseClient = ReturnType<typeof createResponseClient>;

export async function madeOf(response: Response): Promise<Made> {
  if (response.status !== 200) throw new Error(`not 200 but ${String(response.status)}: ${await response.text()}`);
  return OwnResponse.parse(await response.json());
}

/** Text of all messages. */
export function textOf({ output }: Made): string {
  return output.flatMap((item) => (item.type === 'message' ? item.content.map(({ text }) => text) : [])).join('');
}

export function callsOf({ output }: Made) {
  return output.flatMap((item) => (item.type === 'code_interpreter_call' ? [item] : []));
}
