/** Responses and assistants of all organizations, for operators. */
import { z } from 'zod';
import { AssistantList } from '../../shared/contracts/assistant.ts';
import { AssistantId, OrganizationId, ResponseId } from '../../shared/contracts/ids.ts';
import { MODEL_NAME_CHARACTERS_MAX } from '../../shared/contracts/limits.ts';
import { OperatorResponse, OperatorResponseList } from '../../shared/contracts/operator-response.ts';
import { toOperatorResponse, toOperatorResponseSummary } from '../faces/operator-response.ts';
import { toOwnAssistant } from '../faces/own-assistant.ts';
import { defineOperatorRoute, json, type Route } from '../http/define-route.ts';
import type { OperatorResponses } from '../services/operator-responses.ts';
import type { OrganizationSettingsReader } from '../services/organization-settings.ts';
import type { Assistants } from '../services/responses/assistants.ts';
import { RESPONSE_STATUSES } from '../services/responses/response-record.ts';
import { OrganizationParams } from './answers.ts';
import { listAnswer, pageQuery } from './lists.ts';

const ListQuery = z.strictObject({
  ...pageQuery(ResponseId),
  organization_id: OrganizationId.optional(),
  assistant_id: AssistantId.optional(),
  status: z.enum(RESPONSE_STATUSES).optional(),
  model: z.string().min(1).max(MODEL_NAME_CHARACTERS_MAX).optional(),
});

const ResponseParams = z.strictObject({ id: ResponseId });

export type AdminResponseServices = {
  readonly operatorResponses: OperatorResponses;
  readonly assistants: Pick<Assistants, 'list'>;
  readonly settings: Pick<OrganizationSettingsReader, 'find'>;
};

export function createAdminResponseRoutes({ operatorResponses, assistants, settings }: AdminResponseServices): Route[] {
  return [
    defineOperatorRoute({
      role: 'viewer',
      method: 'get',
      path: '/admin/api/responses',
      operationId: 'listAllResponses',
      summary: 'List responses of all organizations',
      description: 'Newest first, without what was said.',
      query: ListQuery,
      answers: [{ status: 200, description: 'A page.', schema: OperatorResponseList }],
      errors: ['NOT_FOUND', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      async handle({ query: { organization_id: organizationId, assistant_id: assistantId, ...query } }) {
        const { rows, hasMore } = await operatorResponses.list({ ...query, organizationId, assistantId });
        return listAnswer({ data: rows.map(toOperatorResponseSummary), hasMore });
      },
    }),
    defineOperatorRoute({
      role: 'viewer',
      method: 'get',
      path: '/admin/api/responses/{id}',
      operationId: 'readAnyResponse',
      summary: 'Read a response of any organization',
      description: 'With everything that was said, and what its code showed. The audit keeps who looked.',
      params: ResponseParams,
      answers: [{ status: 200, description: 'As it is now.', schema: OperatorResponse }],
      errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
      handle: async ({ params, origin }) =>
        json(200, toOperatorResponse(await operatorResponses.read(params.id, origin))),
    }),
    defineOperatorRoute({
      role: 'operator',
      method: 'post',
      path: '/admin/api/responses/{id}/cancel',
      operationId: 'cancelAnyResponse',
      summary: 'Cancel a response of any organization',
      description: 'Its model is given up, and its code is stopped.',
      params: ResponseParams,
      answers: [
        {
          status: 200,
          description: 'Cancelled, now or before. Still `in_progress` when its code is not dead yet.',
          schema: OperatorResponse,
        },
      ],
      errors: ['NOT_FOUND', 'RESPONSE_ENDED', 'QUEUE_UNAVAILABLE', 'DATABASE_UNAVAILABLE'],
      handle: async ({ params, origin }) =>
        json(200, toOperatorResponse(await operatorResponses.cancel(params.id, origin))),
    }),
    defineOperatorRoute({
      role: 'viewer',
      method: 'get',
      path: '/admin/api/organizations/{id}/assistants',
      operationId: 'listAssistantsOfOrganization',
      summary: 'List the assistants of an organization',
      description: 'Newest first.',
      params: OrganizationParams,
      query: z.strictObject(pageQuery(AssistantId)),
      answers: [{ status: 200, description: 'A page.', schema: AssistantList }],
      errors: ['NOT_FOUND', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      async handle({ params: { id }, query }) {
        await settings.find(id); // an unknown organization is no empty one
        const { data, hasMore } = await assistants.list(id, query);
        return listAnswer({ data: data.map(toOwnAssistant), hasMore });
      },
    }),
  ];
}
