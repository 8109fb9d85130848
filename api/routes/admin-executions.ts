/** Executions of all organizations, for operators. */
import { z } from 'zod';
import { ExecutionId, OrganizationId, ResponseId } from '../../shared/contracts/ids.ts';
import {
  CODE_SEARCH_CHARACTERS_MAX,
  CODE_SEARCH_CHARACTERS_MIN,
  CODE_SEARCHED_CHARACTERS,
  PAGE_SIZE_DEFAULT,
  PAGE_SIZE_MAX,
  TIMEOUT_MS_MAX,
} from '../../shared/contracts/limits.ts';
import {
  CancelExecutions,
  CancelledExecutions,
  OperatorExecution,
  OperatorExecutionList,
} from '../../shared/contracts/operator-execution.ts';
import { RunInPlayground } from '../../shared/contracts/operator-playground.ts';
import { ExecutionStatus, ExitReason } from '../../shared/contracts/statuses.ts';
import { storableText } from '../../shared/contracts/text.ts';
import { WorkerId } from '../../shared/contracts/worker-status.ts';
import { defineOperatorRoute, json, type Route } from '../http/define-route.ts';
import { EXPORT_ROWS_MAX, type ExecutionExport } from '../services/execution-export.ts';
import type { MassCancellation } from '../services/mass-cancellation.ts';
import type { OperatorExecutions } from '../services/operator-executions.ts';
import { ExecutionParams, queryNumber, queryTime } from './answers.ts';

const wallMs = queryNumber(0, 2 * TIMEOUT_MS_MAX).optional();

const filters = {
  id: ExecutionId.optional(),
  organization_id: OrganizationId.optional(),
  status: ExecutionStatus.optional(),
  exit_reason: ExitReason.optional(),
  worker_id: WorkerId.optional(),
  response_id: ResponseId.optional().describe('Those that the response had run.'),
  created_after: queryTime.optional(),
  created_before: queryTime.optional(),
  wall_ms_min: wallMs.describe('Those whose code took at least so long.'),
  wall_ms_max: wallMs.describe('Those whose code took at most so long.'),
  text: z
    .string()
    .min(CODE_SEARCH_CHARACTERS_MIN)
    .max(CODE_SEARCH_CHARACTERS_MAX)
    .pipe(storableText(CODE_SEARCH_CHARACTERS_MAX * 4))
    .optional()
    .describe(`Stands in the first ${String(CODE_SEARCHED_CHARACTERS)} characters of the code, in capitals or not.`),
};

const ExportQuery = z.strictObject(filters);
type ExportQuery = z.infer<typeof ExportQuery>;

const ListQuery = z.strictObject({
  limit: queryNumber(1, PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
  after: ExecutionId.optional().describe('The last id of the page before.'),
  ...filters,
});

export type AdminExecutionServices = {
  readonly operatorExecutions: OperatorExecutions;
  readonly massCancellation: Pick<MassCancellation, 'cancel' | 'preview'>;
  readonly executionExport: ExecutionExport;
};

export function createAdminExecutionRoutes(services: AdminExecutionServices): Route[] {
  return [listRoute(services), exportRoute(services), runRoute(services), readRoute(services), ...endRoutes(services)];
}

function listRoute({ operatorExecutions }: AdminExecutionServices): Route {
  return defineOperatorRoute({
    role: 'viewer',
    method: 'get',
    path: '/admin/api/executions',
    operationId: 'listAllExecutions',
    summary: 'List executions of all organizations',
    description: 'Newest first, without code and outputs. Filters narrow the list together.',
    query: ListQuery,
    answers: [{ status: 200, description: 'A page.', schema: OperatorExecutionList }],
    errors: ['NOT_FOUND', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
    async handle({ query }) {
      const page = await operatorExecutions.list({ ...filterOf(query), limit: query.limit, after: query.after });
      return json(200, {
        object: 'list',
        data: page.data,
        has_more: page.hasMore,
        first_id: page.data.at(0)?.id ?? null,
        last_id: page.data.at(-1)?.id ?? null,
      });
    },
  });
}

function exportRoute({ executionExport }: AdminExecutionServices): Route {
  return defineOperatorRoute({
    role: 'viewer',
    method: 'get',
    path: '/admin/api/executions.csv',
    operationId: 'exportExecutions',
    summary: 'Export executions of all organizations',
    description:
      `As the list, newest first, at most ${String(EXPORT_ROWS_MAX)} rows. A connection that ends before the answer is ` +
      'complete leaves a part of them. Cells that a program for tables would take for a formula begin with a quote.',
    query: ExportQuery,
    answers: [{ status: 200, description: 'CSV, as RFC 4180 has it.', bytes: true }],
    errors: ['VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
    handle: ({ query }) =>
      Promise.resolve({
        kind: 'stream',
        status: 200,
        contentType: 'text/csv; charset=utf-8; header=present',
        headers: {
          'content-disposition': 'attachment; filename="executions.csv"',
          'x-content-type-options': 'nosniff',
        },
        sizeBytes: null,
        open: () => Promise.resolve(executionExport.csv(filterOf(query))),
      }),
  });
}

function runRoute({ operatorExecutions }: AdminExecutionServices): Route {
  return defineOperatorRoute({
    role: 'operator',
    method: 'post',
    path: '/admin/api/executions',
    operationId: 'runInPlayground',
    summary: 'Run code on behalf of an organization',
    description:
      'Within its quotas and its isolation, and counted as its own, save for the quotas on requests. `metadata` says ' +
      '`playground`; the audit keeps who ran it.',
    body: RunInPlayground,
    answers: [{ status: 202, description: 'Taken in.', schema: OperatorExecution }],
    errors: [
      'INVALID_JSON',
      'NOT_FOUND',
      'ORGANIZATION_SUSPENDED',
      'TOOL_NOT_AVAILABLE',
      'ORGANIZATION_DELETING',
      'PAYLOAD_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
      'VALIDATION_ERROR',
      'CPU_SECONDS_PER_DAY_EXCEEDED',
      'QUEUE_FULL',
      'QUEUE_UNAVAILABLE',
      'DATABASE_UNAVAILABLE',
      'STORAGE_FULL',
    ],
    async handle({ body, origin, onExecution }) {
      const execution = await operatorExecutions.run(body, origin);
      onExecution(execution.id);
      return json(202, execution);
    },
  });
}

function filterOf(query: ExportQuery) {
  return {
    id: query.id,
    organizationId: query.organization_id,
    status: query.status,
    exitReason: query.exit_reason,
    workerId: query.worker_id,
    responseId: query.response_id,
    createdAfter: query.created_after,
    createdBefore: query.created_before,
    wallMsMin: query.wall_ms_min,
    wallMsMax: query.wall_ms_max,
    text: query.text,
  };
}

function readRoute({ operatorExecutions }: AdminExecutionServices): Route {
  return defineOperatorRoute({
    role: 'viewer',
    method: 'get',
    path: '/admin/api/executions/{id}',
    operationId: 'readAnyExecution',
    summary: 'Read an execution of any organization',
    description: 'With its code, input and outputs: the audit keeps who looked.',
    params: ExecutionParams,
    answers: [{ status: 200, description: 'The execution as it is now.', schema: OperatorExecution }],
    errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
    handle: async ({ params, origin }) => json(200, await operatorExecutions.read(params.id, origin)),
  });
}

function endRoutes({ operatorExecutions, massCancellation }: AdminExecutionServices): Route[] {
  return [
    defineOperatorRoute({
      role: 'operator',
      method: 'post',
      path: '/admin/api/executions/{id}/cancel',
      operationId: 'cancelAnyExecution',
      summary: 'Cancel an execution of any organization',
      params: ExecutionParams,
      answers: [
        {
          status: 200,
          description: 'Cancelled, now or before. Still `running` when its worker has not confirmed yet.',
          schema: OperatorExecution,
        },
      ],
      errors: ['NOT_FOUND', 'EXECUTION_ENDED', 'QUEUE_UNAVAILABLE', 'DATABASE_UNAVAILABLE'],
      handle: async ({ params, origin }) => json(200, await operatorExecutions.cancel(params.id, origin)),
    }),
    defineOperatorRoute({
      role: 'operator',
      method: 'post',
      path: '/admin/api/executions/{id}/retry',
      operationId: 'retryExecution',
      summary: 'Run an execution again',
      description:
        'Makes a new execution of the same organization with the same input, and answers with it. It waits its turn ' +
        'and counts like any other, save for the quotas on requests.',
      params: ExecutionParams,
      answers: [{ status: 202, description: 'The new execution.', schema: OperatorExecution }],
      errors: [
        'NOT_FOUND',
        'TOOL_NOT_AVAILABLE',
        'EXECUTION_RUNNING',
        'ORGANIZATION_DELETING',
        'PAYLOAD_TOO_LARGE',
        'VALIDATION_ERROR',
        'CPU_SECONDS_PER_DAY_EXCEEDED',
        'QUEUE_FULL',
        'QUEUE_UNAVAILABLE',
        'DATABASE_UNAVAILABLE',
        'STORAGE_FULL',
      ],
      handle: async ({ params, origin }) => json(202, await operatorExecutions.retry(params.id, origin)),
    }),
    defineOperatorRoute({
      role: 'operator',
      method: 'post',
      path: '/admin/api/executions/cancel',
      operationId: 'cancelExecutions',
      summary: 'Cancel many executions',
      description:
        'Cancels open executions that a filter names, the oldest first, for about two seconds. Call it again while ' +
        '`remaining` is not 0. With `dry_run` nothing is cancelled.',
      body: CancelExecutions,
      answers: [{ status: 200, description: 'How many.', schema: CancelledExecutions }],
      errors: ['VALIDATION_ERROR', 'QUEUE_UNAVAILABLE', 'DATABASE_UNAVAILABLE'],
      async handle({ body, origin }) {
        const filter = cancelFilterOf(body);
        const told = body.dry_run ? massCancellation.preview(filter) : massCancellation.cancel(filter, origin);
        return json(200, await told);
      },
    }),
  ];
}

function cancelFilterOf(body: CancelExecutions) {
  return {
    organizationId: body.organization_id,
    status: body.status,
    workerId: body.worker_id,
    createdAfter: timeOf(body.created_after),
    createdBefore: timeOf(body.created_before),
  };
}

function timeOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
