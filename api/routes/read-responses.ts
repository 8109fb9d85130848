/** Reading, cancelling and deleting responses. */
import { z } from 'zod';
import { ResponseId } from '../../shared/contracts/ids.ts';
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from '../../shared/contracts/limits.ts';
import { DeletedResponse, Response, ResponseList } from '../../shared/contracts/response.ts';
import { toOwnResponse, toOwnSummary } from '../faces/own-response.ts';
import { defineRoute, json, type Route } from '../http/define-route.ts';
import type { Responses } from '../services/responses/responses.ts';
import { queryNumber } from './answers.ts';
import { RESPONSES_PATH } from './responses.ts';

const ResponseParams = z.strictObject({ id: ResponseId });

const ListQuery = z.strictObject({
  limit: queryNumber(1, PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
  after: ResponseId.optional().describe('The last id of the page before.'),
});

type Deps = Pick<Responses, 'read' | 'list' | 'cancel' | 'delete'>;

export function createReadResponseRoutes(responses: Deps): Route[] {
  const one = { scope: 'responses', path: `${RESPONSES_PATH}/{id}`, params: ResponseParams } as const;
  return [
    defineRoute({
      ...one,
      method: 'get',
      operationId: 'readResponse',
      summary: 'Read a response',
      answers: [{ status: 200, description: 'The response as it is now.', schema: Response }],
      errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
      handle: async ({ organizationId, params }) =>
        json(200, toOwnResponse(await responses.read(organizationId, params.id))),
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
