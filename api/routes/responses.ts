/** `POST /v1/model/response`: an assistant answers, and runs code on the way. */
import { AppError } from '../../shared/contracts/errors.ts';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import { RESPONSE_SECONDS_MAX } from '../../shared/contracts/limits.ts';
import { CreateResponse, Response } from '../../shared/contracts/response.ts';
import { toNewResponse } from '../faces/own-request.ts';
import { toOwnResponse } from '../faces/own-response.ts';
import { defineRoute, json, type Answer, type Call, type Route } from '../http/define-route.ts';
import type { Responses } from '../services/responses/responses.ts';
import { IDEMPOTENCY_HEADER, idempotencyOf, replayedHeaders } from './idempotency.ts';
import { RESPONSES_PATH, STREAM_FORMAT, STREAM_FORMAT_HEADER, streamAnswer, streamFormat } from './own-streams.ts';

/** Above the longest time of a response, so that its own end comes first. */
export const ANSWER_MS_MAX = (RESPONSE_SECONDS_MAX + 60) * 1000;

export const EVENTS =
  'Server-sent events: `response.created`, `response.in_progress`, then for each item `response.output_item.added`, its ' +
  'deltas and `response.output_item.done`; at the end `response.completed`, `.incomplete`, `.failed` or `.cancelled`, ' +
  'with the whole response. With `X-Stream-Format: data` the name stands in the field `event` and the number in ' +
  '`sequence_number`, `response.heartbeat` without a number fills long pauses, and `[DONE]` is last. Where events were ' +
  'lost, a reader gets the end alone, which has everything.';

/** What asking for a response can be refused with, on any face. */
export const CREATE_ERRORS = [
  'INVALID_JSON',
  'TOOL_NOT_AVAILABLE',
  'NOT_FOUND',
  'RESPONSE_RUNNING',
  'IDEMPOTENCY_CONFLICT',
  'TOO_MANY_RESPONSES',
  'TOO_MANY_STREAMS',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'VALIDATION_ERROR',
  'MODEL_NOT_CONFIGURED',
  'QUEUE_UNAVAILABLE',
  'DATABASE_UNAVAILABLE',
  'STORAGE_FULL',
] as const;

type Deps = Pick<Responses, 'create' | 'createFollowed'>;
type CreateCall = Call<CreateResponse, unknown, unknown>;

export function createResponseRoutes(responses: Deps): Route[] {
  async function stream(call: CreateCall, path: string): Promise<Answer> {
    const { organizationId, body, header } = call;
    const format = streamFormat(header(STREAM_FORMAT));
    const idempotency = idempotencyOf({ path, header, body });
    const followed = await responses.createFollowed(organizationId, toNewResponse(body), {
      waiting: call,
      idempotency,
    });
    return streamAnswer(followed, { format, live: body.live_output ?? false, replayed: followed.replayed });
  }

  async function answer(call: CreateCall): Promise<Answer> {
    const { organizationId, body, header } = call;
    const idempotency = idempotencyOf({ path: RESPONSES_PATH, header, body });
    const { response, replayed } = await responses.create(organizationId, toNewResponse(body), {
      waiting: call,
      idempotency,
    });
    return json(200, toOwnResponse(response), replayedHeaders(replayed));
  }

  const common = {
    scope: 'responses',
    method: 'post',
    body: CreateResponse,
    answerMsMax: ANSWER_MS_MAX,
    requestHeaders: [STREAM_FORMAT_HEADER, IDEMPOTENCY_HEADER],
    errors: [...CREATE_ERRORS, 'ORGANIZATION_ACCESS_DENIED'],
  } as const;
  return [
    defineRoute({
      ...common,
      path: RESPONSES_PATH,
      operationId: 'createResponse',
      summary: 'Get a response',
      description:
        'The model answers, and writes and runs Python on the way where it may. Every block of code runs on its own: ' +
        'variables do not persist. A client that leaves ends it, unless it is made in the `background` or the request ' +
        'had an `Idempotency-Key`. Fields that are not known are told in `warnings`.',
      answers: [
        {
          status: 200,
          description: 'The response at its end, or its events; at once, and `queued`, in the background.',
          schema: Response,
          events: EVENTS,
        },
      ],
      handle(call) {
        assertOwn(call.organizationId, call.body);
        return call.body.stream === true ? stream(call, RESPONSES_PATH) : answer(call);
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
        return stream(call, `${RESPONSES_PATH}/stream`);
      },
    }),
  ];
}

function assertOwn(organizationId: OrganizationId, { organization_id: given }: CreateResponse): void {
  if (given === undefined || given === null || given === organizationId) return;
  const message = 'The organization_id given is not the one of the API key.';
  throw new AppError('ORGANIZATION_ACCESS_DENIED', message, { param: 'organization_id' });
}
