/** The queue, for operators. */
import { z } from 'zod';
import { OrganizationId } from '../../shared/contracts/ids.ts';
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from '../../shared/contracts/limits.ts';
import { OrganizationQueue, OrganizationQueueList, QueueState } from '../../shared/contracts/operator-queue.ts';
import { defineOperatorRoute, json, type Route } from '../http/define-route.ts';
import type { QueueControl } from '../services/queue-control.ts';
import { OrganizationParams, queryNumber } from './answers.ts';

const ListQuery = z.strictObject({
  limit: queryNumber(1, PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
  after: OrganizationId.optional().describe('The last id of the page before.'),
});

const PAUSE = 'What is in flight ends; everything else waits, also through a restart or a wipe of Redis.';

export function createAdminQueueRoutes(queue: QueueControl): Route[] {
  return [...wholeQueueRoutes(queue), ...organizationQueueRoutes(queue)];
}

function wholeQueueRoutes(queue: QueueControl): Route[] {
  const errors = ['QUEUE_UNAVAILABLE', 'DATABASE_UNAVAILABLE'] as const;
  return [
    defineOperatorRoute({
      role: 'viewer',
      method: 'get',
      path: '/admin/api/queue',
      operationId: 'readQueue',
      summary: 'Read the state of the queue',
      answers: [{ status: 200, description: 'As it is now.', schema: QueueState }],
      errors,
      handle: async () => json(200, await queue.state()),
    }),
    defineOperatorRoute({
      role: 'operator',
      method: 'post',
      path: '/admin/api/queue/pause',
      operationId: 'pauseQueue',
      summary: 'Hold back all executions',
      description: PAUSE,
      answers: [{ status: 200, description: 'Paused.', schema: QueueState }],
      errors,
      handle: async ({ origin }) => json(200, await queue.setPaused(true, origin)),
    }),
    defineOperatorRoute({
      role: 'operator',
      method: 'post',
      path: '/admin/api/queue/resume',
      operationId: 'resumeQueue',
      summary: 'Let executions go on',
      description: 'Save for those of organizations that are paused or suspended themselves.',
      answers: [{ status: 200, description: 'Resumed.', schema: QueueState }],
      errors,
      handle: async ({ origin }) => json(200, await queue.setPaused(false, origin)),
    }),
  ];
}

function organizationQueueRoutes(queue: QueueControl): Route[] {
  const errors = ['NOT_FOUND', 'QUEUE_UNAVAILABLE', 'DATABASE_UNAVAILABLE'] as const;
  return [
    defineOperatorRoute({
      role: 'viewer',
      method: 'get',
      path: '/admin/api/queue/organizations',
      operationId: 'listQueues',
      summary: 'List what organizations have in the queue',
      description: 'Those of which anything is queued or in flight, by their ids.',
      query: ListQuery,
      answers: [{ status: 200, description: 'A page.', schema: OrganizationQueueList }],
      errors: ['VALIDATION_ERROR', 'QUEUE_UNAVAILABLE', 'DATABASE_UNAVAILABLE'],
      async handle({ query }) {
        const { data, hasMore } = await queue.list(query);
        const first_id = data.at(0)?.organization_id ?? null;
        const last_id = data.at(-1)?.organization_id ?? null;
        return json(200, { object: 'list', data, has_more: hasMore, first_id, last_id });
      },
    }),
    defineOperatorRoute({
      role: 'viewer',
      method: 'get',
      path: '/admin/api/queue/organizations/{id}',
      operationId: 'readOrganizationQueue',
      summary: 'Read what an organization has in the queue',
      params: OrganizationParams,
      answers: [{ status: 200, description: 'As it is now.', schema: OrganizationQueue }],
      errors,
      handle: async ({ params }) => json(200, await queue.stateOf(params.id)),
    }),
    defineOperatorRoute({
      role: 'operator',
      method: 'post',
      path: '/admin/api/queue/organizations/{id}/pause',
      operationId: 'pauseOrganizationQueue',
      summary: 'Hold back the executions of an organization',
      description: `${PAUSE} It may still submit, within its quotas.`,
      params: OrganizationParams,
      answers: [{ status: 200, description: 'Paused.', schema: OrganizationQueue }],
      errors,
      handle: async ({ params, origin }) => json(200, await queue.setOrganizationPaused(params.id, true, origin)),
    }),
    defineOperatorRoute({
      role: 'operator',
      method: 'post',
      path: '/admin/api/queue/organizations/{id}/resume',
      operationId: 'resumeOrganizationQueue',
      summary: 'Let the executions of an organization go on',
      params: OrganizationParams,
      answers: [
        {
          status: 200,
          description: 'Resumed; still `paused` while the organization is suspended.',
          schema: OrganizationQueue,
        },
      ],
      errors,
      handle: async ({ params, origin }) => json(200, await queue.setOrganizationPaused(params.id, false, origin)),
    }),
  ];
}
