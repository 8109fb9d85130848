/** Streams of responses on this service's own face: their formats, and the ids to go on from. */
import { AppError } from '../../shared/contracts/errors.ts';
import { DATA_HEARTBEAT, toDataEvent, toOwnEvent, type OwnOptions } from '../faces/own-stream.ts';
import type { Answer, ServerSentEvent } from '../http/define-route.ts';
import type { FollowedResponse } from '../services/responses/follow.ts';
import type { NumberedEvents } from '../services/responses/log-reading.ts';
import { replayedHeaders } from './idempotency.ts';

export const RESPONSES_PATH = '/v1/model/response';

export const STREAM_FORMAT = 'x-stream-format';
export const STREAM_FORMAT_HEADER = {
  name: 'X-Stream-Format',
  description: '`events` (if left out) or `data`: how a stream is written.',
} as const;

export type StreamFormat = 'events' | 'data';

/** @throws AppError VALIDATION_ERROR */
export function streamFormat(header: string | undefined): StreamFormat {
  const format = header?.toLowerCase() ?? 'events';
  if (format === 'events' || format === 'data') return format;
  throw new AppError('VALIDATION_ERROR', 'X-Stream-Format: must be one of events, data.', { param: 'X-Stream-Format' });
}

export type StreamOptions = {
  readonly format: StreamFormat;
  /** Whether what code writes is told while it runs. */
  readonly live: boolean;
  readonly replayed?: boolean;
};

export function streamAnswer(
  { response, events, close }: FollowedResponse,
  { format, live, replayed = false }: StreamOptions,
): Answer {
  const options = { response, live };
  const headers = { location: `${RESPONSES_PATH}/${response.id}`, ...replayedHeaders(replayed) };
  const answer = { kind: 'events', headers, onEnd: close } as const;
  if (format === 'events') return { ...answer, events: namedEvents(events, options) };
  return { ...answer, events: dataLines(events, options), heartbeat: HEARTBEAT_LINE };
}

const HEARTBEAT_LINE = { line: JSON.stringify(DATA_HEARTBEAT) } as const;

type Sent = AsyncGenerator<ServerSentEvent, void, void>;

async function* namedEvents(events: NumberedEvents, options: OwnOptions): Sent {
  for await (const { number, event } of events) {
    const sent = toOwnEvent(event, options);
    if (sent !== undefined) yield { ...sent, id: eventId(number) };
  }
}

async function* dataLines(events: NumberedEvents, options: OwnOptions): Sent {
  for await (const { number, event } of events) {
    const sent = toDataEvent(event, options);
    if (sent !== undefined) yield { line: JSON.stringify({ ...sent, sequence_number: number }) };
  }
  yield { line: '[DONE]' };
}

const eventId = (number: number): string => `0-${String(number)}`;

/** The number in an event's id, or of it alone; nothing that is ours counts as nothing seen. */
export function numberOf(eventIdGiven: string | undefined): number | undefined {
  const digits = /^(?:0-)?(\d{1,15})$/.exec(eventIdGiven ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}
