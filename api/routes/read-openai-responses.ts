/** Reading, following, cancelling and deleting responses, for clients that speak the OpenAI Responses API. */
import { z } from 'zod';
import { ResponseId } from '../../shared/contracts/ids.ts';
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from '../../shared/contracts/limits.ts';
import { INCLUDE_OUTPUTS, OpenAiResponse, ResponseInputItem } from '../../shared/contracts/openai-response.ts';
import { DeletedResponse } from '../../shared/contracts/response.ts';
import { pageOf, toInputItems } from '../faces/openai-input-items.ts';
import { openAiOptions } from '../faces/openai-request.ts';
import { toOpenAiResponse } from '../faces/openai-response.ts';
import { defineRoute, json, type Route } from '../http/define-route.ts';
import type { Responses } from '../services/responses/responses.ts';
import { queryNumber } from './answers.ts';
import { listAnswer, listSchema } from './lists.ts';
import { OPENAI_EVENTS, OPENAI_RESPONSES_PATH, streamAnswer } from './openai-responses.ts';
import { ANSWER_MS_MAX } from './responses.ts';

const SEQUENCE_NUMBER_MAX = 999_999_999;

const ResponseParams = z.strictObject({ id: ResponseId });

const Included = z.union([z.string(), z.array(z.string())]).optional();
const included = {
  include: Included.describe(`\`${INCLUDE_OUTPUTS}\` for what code gave.`),
  'include[]': Included.describe('Another way to write `include`.'),
};

const ReadQuery = z.looseObject({
  ...included,
  stream: z.enum(['true', 'false']).optional().describe('Answer with server-sent events, from the first one on.'),
  starting_after: queryNumber(0, SEQUENCE_NUMBER_MAX).optional().describe('`sequence_number` of the last event seen.'),
});

const ItemsQuery = z.looseObject({
  ...included,
  limit: queryNumber(1, PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
  after: z.string().optional().describe('The last id of the page before.'),
  order: z.enum(['asc', 'desc']).default('desc').describe('`asc`: as they were sent.'),
});

type Deps = Pick<Responses, 'read' | 'readInput' | 'follow' | 'cancel' | 'delete'>;

export function createReadOpenAiResponseRoutes(responses: Deps): Route[] {
  const one = { scope: 'responses', path: `${OPENAI_RESPONSES_PATH}/{id}`, params: ResponseParams } as const;
  return [
    createReadRoute(responses),
    createInputItemsRoute(responses),
    defineRoute({
      ...one,
      method: 'post',
      path: `${OPENAI_RESPONSES_PATH}/{id}/cancel`,
      operationId: 'cancelCompatibleResponse',
      summary: 'Cancel a response, for clients of the Responses API',
      answers: [{ status: 200, description: 'Cancelled, or about to be.', schema: OpenAiResponse }],
      errors: ['NOT_FOUND', 'RESPONSE_ENDED', 'QUEUE_UNAVAILABLE', 'DATABASE_UNAVAILABLE'],
      async handle({ organizationId, params }) {
        return json(200, toOpenAiResponse(await responses.cancel(organizationId, params.id), openAiOptions([])));
      },
    }),
    defineRoute({
      ...one,
      method: 'delete',
      operationId: 'deleteCompatibleResponse',
      summary: 'Delete a response, for clients of the Responses API',
      description: 'One that is being made has to be cancelled or to end before. Its executions stay.',
      answers: [{ status: 200, description: 'Deleted for good.', schema: DeletedResponse }],
      errors: ['NOT_FOUND', 'RESPONSE_RUNNING', 'DATABASE_UNAVAILABLE'],
      async handle({ organizationId, params }) {
        await responses.delete(organizationId, params.id);
        return json(200, { id: params.id, object: 'response', deleted: true });
      },
    }),
  ];
}

function createReadRoute(responses: Pick<Responses, 'read' | 'follow'>): Route {
  return defineRoute({
    scope: 'responses',
    method: 'get',
    path: `${OPENAI_RESPONSES_PATH}/{id}`,
    operationId: 'readCompatibleResponse',
    summary: 'Read a response, for clients of the Responses API',
    description:
      'With `stream=true` its events, whether it has ended or not; `starting_after` goes on where a stream was cut. ' +
      'Some minutes after the end, only the last event is there to go on with.',
    params: ResponseParams,
    query: ReadQuery,
    answerMsMax: ANSWER_MS_MAX,
    answers: [
      {
        ...{ status: 200, description: 'The response as it is now, or its events.' },
        ...{ schema: OpenAiResponse, events: OPENAI_EVENTS },
      },
    ],
    errors: ['NOT_FOUND', 'VALIDATION_ERROR', 'TOO_MANY_STREAMS', 'QUEUE_UNAVAILABLE', 'DATABASE_UNAVAILABLE'],
    async handle({ organizationId, params, query, signal }) {
      const options = openAiOptions(includedIn(query));
      if (query.stream !== 'true')
        return json(200, toOpenAiResponse(await responses.read(organizationId, params.id), options));
      // Numbers come of counting, so that reading begins at the first event.
      const followed = await responses.follow(organizationId, params.id, { after: 0, signal });
      return streamAnswer(followed, options, query.starting_after);
    },
  });
}

function createInputItemsRoute(responses: Pick<Responses, 'readInput'>): Route {
  return defineRoute({
    scope: 'responses',
    method: 'get',
    path: `${OPENAI_RESPONSES_PATH}/{id}/input_items`,
    operationId: 'listInputItems',
    summary: 'List what a response was asked',
    description: 'Its own input, without the responses before it and without what instructs the model.',
    params: ResponseParams,
    query: ItemsQuery,
    answers: [{ status: 200, description: 'A page.', schema: listSchema(ResponseInputItem, 'InputItemList') }],
    errors: ['NOT_FOUND', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
    async handle({ organizationId, params, query }) {
      const messages = await responses.readInput(organizationId, params.id);
      return listAnswer(pageOf(toInputItems(messages, params, openAiOptions(includedIn(query))), query));
    },
  });
}

type IncludeQuery = z.infer<z.ZodObject<typeof included>>;

function includedIn({ include, 'include[]': bracketed }: IncludeQuery): string[] {
  return [include ?? [], bracketed ?? []].flat();
}
