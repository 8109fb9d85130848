/** Reading executions: one, or a page of them. */
import { z } from 'zod';
import { Execution } from '../../shared/contracts/execution.ts';
import { ExecutionId } from '../../shared/contracts/ids.ts';
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from '../../shared/contracts/limits.ts';
import { ExecutionStatus } from '../../shared/contracts/statuses.ts';
import { defineRoute, json, type Route } from '../http/define-route.ts';
import type { ExecutionReading } from '../services/execution-reading.ts';
import { ExecutionList, ExecutionParams, queryNumber, queryTime } from './answers.ts';

const ListQuery = z.strictObject({
  limit: queryNumber(1, PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
  after: ExecutionId.optional().describe('The last id of the page before.'),
  status: ExecutionStatus.optional(),
  created_after: queryTime.optional(),
  created_before: queryTime.optional(),
});

export function createReadRoutes(reading: Pick<ExecutionReading, 'read' | 'list'>): Route[] {
  return [
    defineRoute({
      scope: 'executions',
      method: 'get',
      path: '/v1/executions/{id}',
      operationId: 'readExecution',
      summary: 'Read an execution',
      params: ExecutionParams,
      answers: [{ status: 200, description: 'The execution as it is now.', schema: Execution }],
      errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
      handle: async ({ organizationId, params }) => json(200, await reading.read(organizationId, params.id)),
    }),
    defineRoute({
      scope: 'executions',
      method: 'get',
      path: '/v1/executions',
      operationId: 'listExecutions',
      summary: 'List executions',
      description: 'Newest first, without code and outputs.',
      query: ListQuery,
      answers: [{ status: 200, description: 'A page.', schema: ExecutionList }],
      errors: ['NOT_FOUND', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      async handle({ organizationId, query }) {
        const { limit, after, status, created_after: createdAfter, created_before: createdBefore } = query;
        const page = await reading.list(organizationId, { limit, after, status, createdAfter, createdBefore });
        return json(200, {
          object: 'list',
          data: page.data,
          has_more: page.hasMore,
          first_id: page.data.at(0)?.id ?? null,
          last_id: page.data.at(-1)?.id ?? null,
        });
      },
    }),
  ];
}
