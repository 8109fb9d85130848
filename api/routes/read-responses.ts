/** Reading, cancelling and deleting responses. */
import { z } from 'zod';
import { ResponseId } from '../../shared/contracts/ids.ts';
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from '../../shared/contracts/limits.ts';
import { DeletedResponse, Response, ResponseList } from '../../shared/contracts/response.ts';
import { toOwnResponse, toOwnSummary } from '../faces/own-response.ts';
import { defineRoute, json, type Route } from '../http/define-route.ts';
import type { Responses } from '../services/responses/responses.ts';
import { queryNumber } from './answers.ts';
import {
  numberOf,
  RESPONSES_PATH,
  STREAM_FORMAT,
  STREAM_FORMAT_HEADER,
  streamAnswer,
  streamFormat,
} from './own-streams.ts';
import { EVENTS } from './responses.ts';

const ResponseParams = z.strictObject({ id: ResponseId });

const EVENT_NUMBER_MAX = 1e15 - 1;

const ReadQuery = z.strictObject({
  stream: z.enum(['true', 'false']).default('false').describe('Answer with server-sent events, from wherever it is.'),
  starting_after: queryNumber(0, EVENT_NUMBER_MAX)
    .optional()
    .describe('Number of the last event received: goes on after it, like `Last-Event-ID`.'),
  live_output: z.enum(['true', 'false']).default('false').describe('Tell what code writes, where it was asked for.'),
});

const ListQuery = z.strictObject({
  limit: queryNumber(1, PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
  after: ResponseId.optional().describe('The last id of the page before.'),
});

type Deps = Pick<Responses, 'read' | 'follow' | 'list' | 'cancel' | 'delete'>;

export function createReadResponseRoutes(responses: Deps): Route[] {
  const one = { scope: 'responses', path: `${RESPONSES_PATH}/{id}`, params: ResponseParams } as const;
  return [
    defineRoute({
      ...one,
      method: 'get',
      operationId: 'readResponse',
      summary: 'Read a response',
      description:
        'With `stream=true` its events: on any process, while it is made and afterwards. What is made when the client ' +
        'leaves such a stream goes on.',
      query: ReadQuery,
      requestHeaders: [
        STREAM_FORMAT_HEADER,
        { name: 'Last-Event-ID', description: 'The id of the last event received: goes on after it.' },
      ],
      answers: [
        { status: 200, description: 'The response as it is now, or its events.', schema: Response, events: EVENTS },
      ],
      errors: ['NOT_FOUND', 'VALIDATION_ERROR', 'TOO_MANY_STREAMS', 'QUEUE_UNAVAILABLE', 'DATABASE_UNAVAILABLE'],
      async handle({ organizationId, params, query, header, signal }) {
        if (query.stream === 'false') return json(200, toOwnResponse(await responses.read(organizationId, params.id)));
        const format = streamFormat(header(STREAM_FORMAT));
        const after = query.starting_after ?? numberOf(header('last-event-id')) ?? 0;
        const followed = await responses.follow(organizationId, params.id, { after, signal });
        return streamAnswer(followed, { format, live: query.live_output === 'true' });
      },
    }),
    defineRoute({
      scope: 'responses',
      method: 'get',
      path: RESPONSES_PATH,
      operationId: 'listResponses',
      summary: 'List responses',
      description: 'Newest first, without their output.',
      query: ListQuery,
      answers: [{ status: 200, description: 'A page.', schema: ResponseList }],
      errors: ['NOT_FOUND', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      async handle({ organizationId, query }) {
        const { data, hasMore } = await responses.list(organizationId, query);
        return json(200, {
          object: 'list',
          data: data.map(toOwnSummary),
          has_more: hasMore,
          first_id: data.at(0)?.id ?? null,
          last_id: data.at(-1)?.id ?? null,
        });
      },
    }),
    defineRoute({
      ...one,
      method: 'post',
      path: `${RESPONSES_PATH}/{id}/cancel`,
      operationId: 'cancelResponse',
      summary: 'Cancel a response',
      description: 'The model is no longer waited for, and code that runs is dead within a second.',
      answers: [
        {
          status: 200,
          description: 'Cancelled, now or before. Still `in_progress` when its process has not confirmed yet.',
          schema: Response,
        },
      ],
      errors: ['NOT_FOUND', 'RESPONSE_ENDED', 'QUEUE_UNAVAILABLE', 'DATABASE_UNAVAILABLE'],
      handle: async ({ organizationId, params }) =>
        json(200, toOwnResponse(await responses.cancel(organizationId, params.id))),
    }),
    defineRoute({
      ...one,
      method: 'delete',
      operationId: 'deleteResponse',
      summary: 'Delete a response',
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
