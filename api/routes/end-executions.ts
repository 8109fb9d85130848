/** Cancelling and deleting executions. */
import { Execution } from '../../shared/contracts/execution.ts';
import { defineRoute, json, type Route } from '../http/define-route.ts';
import type { Cancellation } from '../services/cancellation.ts';
import type { Deletion } from '../services/deletion.ts';
import { toExecution } from '../services/execution-view.ts';
import { DeletedExecution, ExecutionParams } from './answers.ts';

type Deps = { readonly cancellation: Pick<Cancellation, 'cancel'>; readonly deletion: Deletion };

export function createEndRoutes({ cancellation, deletion }: Deps): Route[] {
  return [
    defineRoute({
      scope: 'executions',
      method: 'post',
      path: '/v1/executions/{id}/cancel',
      operationId: 'cancelExecution',
      summary: 'Cancel an execution',
      description: 'A queued execution is cancelled at once; the code of a running one is dead within a second.',
      params: ExecutionParams,
      answers: [
        {
          status: 200,
          description: 'Cancelled, now or before. Still `running` when its worker has not confirmed yet.',
          schema: Execution,
        },
      ],
      errors: ['NOT_FOUND', 'EXECUTION_ENDED', 'QUEUE_UNAVAILABLE', 'DATABASE_UNAVAILABLE'],
      handle: async ({ organizationId, params }) =>
        json(200, toExecution(await cancellation.cancel(organizationId, params.id))),
    }),
    defineRoute({
      scope: 'executions',
      method: 'delete',
      path: '/v1/executions/{id}',
      operationId: 'deleteExecution',
      summary: 'Delete an execution',
      description: 'A queued execution is cancelled first; a running one has to be cancelled or to end before.',
      params: ExecutionParams,
      answers: [{ status: 200, description: 'Deleted for good.', schema: DeletedExecution }],
      errors: ['NOT_FOUND', 'EXECUTION_RUNNING', 'DATABASE_UNAVAILABLE'],
      async handle({ organizationId, params }) {
        await deletion.delete(organizationId, params.id);
        return json(200, { id: params.id, object: 'execution', deleted: true });
      },
    }),
  ];
}
