/** Writes server-sent events: headers, heartbeat, backpressure and the client's leaving in one place. */
import type { Response } from 'express';
import type { ServerSentEvent } from './define-route.ts';

export const SSE_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

export type SentEvents = {
  readonly events: AsyncGenerator<ServerSentEvent, void, void>;
  /** Sent when there was nothing to tell for a while; a comment if left out. */
  readonly heartbeat?: ServerSentEvent;
};

export type SendTerms = {
  readonly signal: AbortSignal;
  /** Nothing to tell for so long brings a heartbeat. */
  readonly heartbeatMs: number;
};

/**
 * Resolves when the events are over or `signal` aborts; the response is ended then. A client that stops reading stops
 * the heartbeat too: nothing moves on its connection any more, which therefore has to have a time-out.
 */
export async function sendEvents(
  res: Response,
  { events, heartbeat }: SentEvents,
  { signal, heartbeatMs }: SendTerms,
): Promise<void> {
  res.status(200).set(SSE_HEADERS).flushHeaders();
  const beat = heartbeat === undefined ? ': heartbeat\n\n' : formatEvent(heartbeat);
  const beating = setInterval(() => {
    if (!res.writableNeedDrain) res.write(beat);
  }, heartbeatMs);
  try {
    for await (const event of events) {
      if (signal.aborted) break;
      beating.refresh();
      if (!res.write(formatEvent(event))) await drained(res, signal);
    }
  } finally {
    clearInterval(beating);
    res.end();
  }
}

/** JSON has no raw line break, so the data is one line. Pure. */
export function formatEvent(event: ServerSentEvent): string {
  if ('line' in event) return `data: ${event.line}\n\n`;
  const { name, id, data } = event;
  return `event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}

function drained(res: Response, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted || res.destroyed) {
      resolve();
      return;
    }
    const done = () => {
      res.off('drain', done);
      res.off('close', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    res.once('drain', done);
    res.once('close', done);
    signal.addEventListener('abort', done);
  });
}
