/** Workers, for operators. */
import { z } from 'zod';
import { OperatorWorker, OperatorWorkerList } from '../../shared/contracts/operator-worker.ts';
import { WorkerId } from '../../shared/contracts/worker-status.ts';
import { defineOperatorRoute, json, type Route } from '../http/define-route.ts';
import type { Workers } from '../services/workers.ts';

const WorkerParams = z.strictObject({ id: WorkerId });

export function createAdminWorkerRoutes(workers: Workers): Route[] {
  return [
    defineOperatorRoute({
      role: 'viewer',
      method: 'get',
      path: '/admin/api/workers',
      operationId: 'listWorkers',
      summary: 'List workers',
      description:
        'Those that live, by their ids, and then those that died within 15 minutes; one that ended in order is not told.',
      answers: [{ status: 200, description: 'The workers.', schema: OperatorWorkerList }],
      errors: ['QUEUE_UNAVAILABLE'],
      async handle() {
        const data = await workers.list();
        const [first_id, last_id] = [data.at(0)?.id ?? null, data.at(-1)?.id ?? null];
        return json(200, { object: 'list', data, has_more: false, first_id, last_id });
      },
    }),
    defineOperatorRoute({
      role: 'operator',
      method: 'post',
      path: '/admin/api/workers/{id}/drain',
      operationId: 'drainWorker',
      summary: 'Drain a worker',
      description:
        'Within a second it takes no new executions; running ones end by themselves, and it lives on until it is ' +
        'resumed. A worker draws a new id when it starts: a restarted one takes executions again.',
      params: WorkerParams,
      answers: [
        { status: 200, description: 'The worker, `paused` unless it has not answered yet.', schema: OperatorWorker },
      ],
      errors: ['NOT_FOUND', 'QUEUE_UNAVAILABLE', 'DATABASE_UNAVAILABLE'],
      handle: async ({ params, origin }) => json(200, await workers.command(params.id, 'drain', origin)),
    }),
    defineOperatorRoute({
      role: 'operator',
      method: 'post',
      path: '/admin/api/workers/{id}/resume',
      operationId: 'resumeWorker',
      summary: 'Let a drained worker take executions again',
      params: WorkerParams,
      answers: [
        {
          status: 200,
          description: 'The worker, no longer `paused` unless it has not answered yet.',
          schema: OperatorWorker,
        },
      ],
      errors: ['NOT_FOUND', 'QUEUE_UNAVAILABLE', 'DATABASE_UNAVAILABLE'],
      handle: async ({ params, origin }) => json(200, await workers.command(params.id, 'resume', origin)),
    }),
  ];
}
