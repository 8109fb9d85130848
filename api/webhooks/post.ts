/** Posts one event to a receiver and tells what came of it. Nothing that a receiver does makes it wait or hold more than its bounds. */
import { request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { WEBHOOK_ANSWER_BYTES_MAX } from '../../shared/contracts/limits.ts';
import type { DeliveryError } from '../../shared/contracts/webhook.ts';
import type { Connections } from './connection.ts';
import { DeliveryFailure } from './delivery-failure.ts';
import { excerptOf } from './excerpt.ts';
import { urlProblem, type UrlPolicy } from './url-policy.ts';

export type PostDeps = {
  readonly policy: UrlPolicy;
  readonly connections: Connections;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly now: () => Date;
  readonly totalMs?: number;
};

export type Posting = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Aborts when the process ends. */
  readonly signal: AbortSignal;
};

export type PostOutcome = {
  /** Null: delivered. */
  readonly error: DeliveryError | null;
  readonly status: number | null;
  readonly excerpt: string | null;
  /** As the receiver asks, with 429 and 503. */
  readonly retryAfterMs: number | null;
  readonly durationMs: number;
};

/** From the look-up of the name to the last byte of the answer. */
const TOTAL_MS = 10_000;
const HEADER_BYTES_MAX = 16_384;
const RETRY_AFTER_STATUSES = [429, 503];

export function createPost({ policy, connections, nowMs, now, totalMs = TOTAL_MS }: PostDeps) {
  async function attempt(posting: Posting, signal: AbortSignal): Promise<Omit<PostOutcome, 'durationMs'>> {
    if (urlProblem(posting.url, policy) !== undefined) throw new DeliveryFailure('url_refused');
    const url = new URL(posting.url);
    const socket = await connections.open(url, signal);
    try {
      const answer = await exchange(socket, url, posting, signal);
      const status = answer.statusCode ?? 0;
      const excerpt = excerptOf(await head(answer, signal), answer.headers['content-encoding']);
      return { error: errorOf(status), status, excerpt, retryAfterMs: retryAfterMs(answer, now()) };
    } finally {
      socket.destroy();
    }
  }

  return {
    /** Never rejects. */
    async post(posting: Posting): Promise<PostOutcome> {
      const startedMs = nowMs();
      const signal = AbortSignal.any([posting.signal, AbortSignal.timeout(totalMs)]);
      const outcome = await attempt(posting, signal).catch((error: unknown) => ({
        error: reasonOf(error, signal),
        status: null,
        excerpt: null,
        retryAfterMs: null,
      }));
      return { ...outcome, durationMs: nowMs() - startedMs };
    },
  };
}

export type Post = ReturnType<typeof createPost>['post'];

/** The head of the answer. The connection is given, so neither an agent nor a proxy of the environment has a say. */
async function exchange(
  socket: Socket,
  url: URL,
  { headers, body }: Posting,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const bytes = Buffer.from(body);
  const sent: OutgoingHttpHeaders = { ...headers, host: url.host, 'content-length': bytes.length, connection: 'close' };
  return new Promise((resolve, reject) => {
    const sending = request({
      createConnection: () => socket,
      method: 'POST',
      path: url.pathname + url.search,
      setHost: false,
      headers: sent,
      maxHeaderSize: HEADER_BYTES_MAX,
      signal,
    });
    sending.once('response', resolve);
    sending.on('error', reject);
    sending.once('upgrade', () => {
      reject(new Error('the receiver wants another protocol'));
    });
    sending.end(bytes);
  });
}

/** How the body begins: what is more, or comes too late, is not waited for, and takes nothing from the status. */
async function head(answer: IncomingMessage, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer) {
      if (!Buffer.isBuffer(chunk)) break;
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= WEBHOOK_ANSWER_BYTES_MAX || signal.aborted) break;
    }
  } catch {
    // broken off: the status stands
  }
  return Buffer.concat(chunks);
}

function errorOf(status: number): DeliveryError | null {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400 ? 'redirected' : 'status';
}

function reasonOf(error: unknown, signal: AbortSignal): DeliveryError {
  if (error instanceof DeliveryFailure) return error.reason;
  return signal.aborted ? 'timed_out' : 'broken_answer';
}

/** In seconds or as a date; what is neither counts for nothing. */
function retryAfterMs({ statusCode = 0, headers }: IncomingMessage, now: Date): number | null {
  const value = headers['retry-after'];
  if (value === undefined || !RETRY_AFTER_STATUSES.includes(statusCode)) return null;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime());
}
