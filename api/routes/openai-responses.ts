/** `POST /v1/responses`: an assistant answers clients that speak the OpenAI Responses API. */
import { CreateOpenAiResponse, OpenAiResponse } from '../../shared/contracts/openai-response.ts';
import { fromOpenAiRequest, openAiOptions } from '../faces/openai-request.ts';
import { toOpenAiResponse, type OpenAiOptions } from '../faces/openai-response.ts';
import { numberedEvents } from '../faces/openai-numbers.ts';
import { toOpenAiEvents } from '../faces/openai-stream.ts';
import { defineRoute, json, type Answer, type Call, type Route, type ServerSentEvent } from '../http/define-route.ts';
import type { FollowedResponse } from '../services/responses/follow.ts';
import type { CreateOptions } from '../services/responses/asking.ts';
import type { Responses } from '../services/responses/responses.ts';
import { IDEMPOTENCY_HEADER, idempotencyOf, replayedHeaders } from './idempotency.ts';
import { ANSWER_MS_MAX, CREATE_ERRORS } from './responses.ts';

export const OPENAI_RESPONSES_PATH = '/v1/responses';

export const OPENAI_EVENTS =
  'Server-sent events, each with its `type` and a `sequence_number` that counts from 0: `response.created`, ' +
  '`response.in_progress`, then for each item `response.output_item.added`, its own events and ' +
  '`response.output_item.done`; at the end `response.completed`, `.incomplete` or `.failed`, with the whole response.';

type Deps = Pick<Responses, 'create' | 'createFollowed'>;
type CreateCall = Call<CreateOpenAiResponse, unknown, unknown>;

export function createOpenAiResponseRoute(responses: Deps): Route {
  async function stream(call: CreateCall, options: OpenAiOptions): Promise<Answer> {
    const { organizationId, body } = call;
    const followed = await responses.createFollowed(organizationId, fromOpenAiRequest(body), optionsOf(call));
    return { ...streamAnswer(followed, options), headers: replayedHeaders(followed.replayed) };
  }

  async function answer(call: CreateCall, options: OpenAiOptions): Promise<Answer> {
    const { organizationId, body } = call;
    const input = fromOpenAiRequest(body);
    const { response, replayed } = await responses.create(organizationId, input, optionsOf(call));
    return json(200, toOpenAiResponse(response, options), replayedHeaders(replayed));
  }

  return defineRoute({
    scope: 'responses',
    method: 'post',
    path: OPENAI_RESPONSES_PATH,
    operationId: 'createCompatibleResponse',
    summary: 'Get a response, for clients of the Responses API',
    description:
      'Like `POST /v1/model/response`, in the shapes that the `openai` packages know. Fields that are not known are ' +
      'told in `warnings`, and never refused.',
    body: CreateOpenAiResponse,
    answerMsMax: ANSWER_MS_MAX,
    answers: [
      {
        ...{ status: 200, description: 'The response at its end, or its events.' },
        ...{ schema: OpenAiResponse, events: OPENAI_EVENTS },
      },
    ],
    requestHeaders: [IDEMPOTENCY_HEADER],
    errors: CREATE_ERRORS,
    handle(call) {
      const options = openAiOptions(call.body.include ?? []);
      return call.body.stream === true ? stream(call, options) : answer(call, options);
    },
  });
}

function optionsOf(call: CreateCall): CreateOptions {
  return { waiting: call, idempotency: idempotencyOf({ ...call, path: OPENAI_RESPONSES_PATH }) };
}

/** @param startingAfter number of the last event that the reader has; undefined: none */
export function streamAnswer(
  { response, events, close }: FollowedResponse,
  options: OpenAiOptions,
  startingAfter?: number,
): Extract<Answer, { kind: 'events' }> {
  const context = { ...options, response };
  const numbered = numberedEvents(events, (event) => toOpenAiEvents(event, context), startingAfter);
  return { kind: 'events', events: sent(numbered), onEnd: close };
}

async function* sent(events: ReturnType<typeof numberedEvents>): AsyncGenerator<ServerSentEvent, void, void> {
  for await (const event of events) yield { name: event.type, id: String(event.sequence_number), data: event };
}
