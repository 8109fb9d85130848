/** The few calls of the Docker engine's HTTP API that set-up needs, over its socket. */
import { request } from 'node:http';
import { codeOf } from './sentence.ts';

export type EngineAnswer = { readonly status: number; readonly body: string };

export type EngineApi = ReturnType<typeof createEngineApi>;

const CALL_TIMEOUT_MS = 60_000;

export function createEngineApi(socketPath: string) {
  function call(
    method: string,
    path: string,
    body?: unknown,
    timeoutMs: number = CALL_TIMEOUT_MS,
  ): Promise<EngineAnswer> {
    return new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const outgoing = request(
        {
          socketPath,
          method,
          path,
          timeout: timeoutMs,
          headers:
            payload === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) },
        },
        (incoming) => {
          const parts: Buffer[] = [];
          incoming.on('data', (part: Buffer) => parts.push(part));
          incoming.once('error', reject);
          incoming.once('end', () => {
            resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8') });
          });
        },
      );
      outgoing.once('timeout', () => outgoing.destroy(new Error(`the engine did not answer ${method} ${path}`)));
      outgoing.once('error', reject);
      outgoing.end(payload);
    });
  }
  return {
    call,
    /** null when it answers, otherwise why not, as an error code such as `EACCES`, `ENOENT`, `ECONNREFUSED`. */
    async ping(timeoutMs = 3_000): Promise<string | null> {
      try {
        const { status } = await call('GET', '/_ping', undefined, timeoutMs);
        return status === 200 ? null : `HTTP ${String(status)}`;
      } catch (error) {
        return codeOf(error) ?? String(error);
      }
    },
  };
}
