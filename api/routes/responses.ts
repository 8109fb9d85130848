/** `POST /v1/model/response`: an assistant answers, and runs code on the way. */
import { AppError } from '../../shared/contracts/errors.ts';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import { RESPONSE_SECONDS_MAX } from '../../shared/contracts/limits.ts';
import { CreateResponse, Response } from '../../shared/contracts/response.ts';
import { toNewResponse } from '../faces/own-request.ts';
import { toOwnResponse } from '../faces/own-response.ts';
import { toDataEvents, toOwnEvents, type OwnOptions } from '../faces/own-stream.ts';
import { defineRoute, json, type Answer, type Call, type Route, type ServerSentEvent } from '../http/define-route.ts';
import type { FollowedResponse, NumberedEvents } from '../services/responses/follow.ts';
import type { Responses } from '../services/responses/responses.ts';

export const RESPONSES_PATH = '/v1/model/response';

const STREAM_FORMAT = 'x-stream-format';
/** Above the longest time of a response, so that its own end comes first. */
const ANSWER_MS_MAX = (RESPONSE_SECONDS_MAX + 60) * 1000;

const EVENTS =
  'Server-sent events: `response.created`, `response.in_progress`, then for each item `response.output_item.added`, its ' +
  'deltas and `response.output_item.done`; at the end `response.completed`, `.incomplete`, `.failed` or `.cancelled`, ' +
  'with the whole response. With `X-Stream-Format: data` the name stands in the field `event`, and `[DONE]` is last.';

type Deps = Pick<Responses, 'create' | 'createFollowed'>;
type CreateCall = Call<CreateResponse, unknown, unknown>;

export function createResponseRoutes(responses: Deps): Route[] {
  async function stream(call: CreateCall): Promise<Answer> {
    const { organizationId, body, header } = call;
    const format = streamFormat(header(STREAM_FORMAT));
    const followed = await responses.createFollowed(organizationId, toNewResponse(body), call);
    return streamAnswer(followed, format, { live: body.live_output ?? false });
  }

  async function answer(call: CreateCall): Promise<Answer> {
    const { organizationId, body } = call;
    return json(200, toOwnResponse(await responses.create(organizationId, toNewResponse(body), call)));
  }

  const common = {
    scope: 'responses',
    method: 'post',
    body: CreateResponse,
    answerMsMax: ANSWER_MS_MAX,
    requestHeaders: [
      { name: 'X-Stream-Format', description: '`events` (if left out) or `data`: how a stream is written.' },
    ],
    errors: [
      'INVALID_JSON',
      'ORGANIZATION_ACCESS_DENIED',
      'TOOL_NOT_AVAILABLE',
      'NOT_FOUND',
      'RESPONSE_RUNNING',
      'PAYLOAD_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
      'VALIDATION_ERROR',
      'MODEL_NOT_CONFIGURED',
      'QUEUE_UNAVAILABLE',
      'DATABASE_UNAVAILABLE',
      'STORAGE_FULL',
    ],
  } as const;
  return [
    defineRoute({
      ...common,
      path: RESPONSES_PATH,
      operationId: 'createResponse',
      summary: 'Get a response',
      description:
        'The model answers, and writes and runs Python on the way where it may. Every block of code runs on its own: ' +
        'variables do not persist. A client that leaves ends it. Fields that are not known are told in `warnings`.',
      answers: [
        { status: 200, description: 'The response at its end, or its events.', schema: Response, events: EVENTS },
      ],
      handle(call) {
        assertOwn(call.organizationId, call.body);
        return call.body.stream === true ? stream(call) : answer(call);
      },
    }),
    defineRoute({
      ...common,
      path: `${RESPONSES_PATH}/stream`,
      operationId: 'streamResponse',
      summary: 'Get a response as it is made',
      description: 'Like `POST /v1/model/response` with `"stream": true`.',
      answers: [{ status: 200, description: 'Live events.', events: EVENTS }],
      handle(call) {
        assertOwn(call.organizationId, call.body);
        return stream(call);
      },
    }),
  ];
}

type StreamFormat = 'events' | 'data';

/** @throws AppError VALIDATION_ERROR */
function streamFormat(header: string | undefined): StreamFormat {
  const format = header?.toLowerCase() ?? 'events';
  if (format === 'events' || format === 'data') return format;
  throw new AppError('VALIDATION_ERROR', 'X-Stream-Format: must be one of events, data.', { param: 'X-Stream-Format' });
}

function streamAnswer(followed: FollowedResponse, format: StreamFormat, { live }: Pick<OwnOptions, 'live'>): Answer {
  const { response, events, close } = followed;
  const options = { response, live };
  const sent = format === 'data' ? dataLines(events, options) : namedEvents(events, options);
  return { kind: 'events', events: sent, headers: { location: `${RESPONSES_PATH}/${response.id}` }, onEnd: close };
}

type Sent = AsyncGenerator<ServerSentEvent, void, void>;

async function* namedEvents(events: NumberedEvents, options: OwnOptions): Sent {
  for await (const { number, event } of events)
    for (const { name, data } of toOwnEvents(event, options)) yield { name, id: `0-${String(number)}`, data };
}

async function* dataLines(events: NumberedEvents, options: OwnOptions): Sent {
  for await (const { event } of events) {
    for (const data of toDataEvents(event, options)) yield { line: JSON.stringify(data) };
    if (event.type === 'ended') yield { line: '[DONE]' };
  }
}

function assertOwn(organizationId: OrganizationId, { organization_id: given }: CreateResponse): void {
  if (given === undefined || given === null || given === organizationId) return;
  const message = 'The organization_id given is not the one of the API key.';
  throw new AppError('ORGANIZATION_ACCESS_DENIED', message, { param: 'organization_id' });
}
