/** `/v1/assistants`: what responses go by. */
import { z } from 'zod';
import {
  Assistant,
  AssistantList,
  CreateAssistant,
  DeletedAssistant,
  UpdateAssistant,
} from '../../shared/contracts/assistant.ts';
import { AssistantId } from '../../shared/contracts/ids.ts';
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from '../../shared/contracts/limits.ts';
import { assistantWarnings, toAssistantChanges, toAssistantFields, toOwnAssistant } from '../faces/own-assistant.ts';
import { defineRoute, json, type Route } from '../http/define-route.ts';
import type { Assistants } from '../services/responses/assistants.ts';
import { queryNumber } from './answers.ts';

const PATH = '/v1/assistants';
const AssistantParams = z.strictObject({ id: AssistantId });

const ListQuery = z.strictObject({
  limit: queryNumber(1, PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
  after: AssistantId.optional().describe('The last id of the page before.'),
});

const BODY_ERRORS = ['INVALID_JSON', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE', 'VALIDATION_ERROR'] as const;

export function createAssistantRoutes(assistants: Assistants): Route[] {
  const one = { scope: 'responses', path: `${PATH}/{id}`, params: AssistantParams } as const;
  return [
    defineRoute({
      scope: 'responses',
      method: 'post',
      path: PATH,
      operationId: 'createAssistant',
      summary: 'Create an assistant',
      description: 'Fields that are not known are told in `warnings`.',
      body: CreateAssistant,
      answers: [{ status: 201, description: 'Created.', schema: Assistant }],
      errors: [...BODY_ERRORS, 'TOO_MANY_ASSISTANTS', 'DATABASE_UNAVAILABLE', 'STORAGE_FULL'],
      async handle({ organizationId, body }) {
        const row = await assistants.create(organizationId, toAssistantFields(body));
        const headers = { location: `${PATH}/${row.id}` };
        return json(201, { ...toOwnAssistant(row), warnings: assistantWarnings(body) }, headers);
      },
    }),
    defineRoute({
      ...one,
      method: 'get',
      operationId: 'readAssistant',
      summary: 'Read an assistant',
      answers: [{ status: 200, description: 'The assistant.', schema: Assistant }],
      errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
      handle: async ({ organizationId, params }) =>
        json(200, toOwnAssistant(await assistants.read(organizationId, params.id))),
    }),
    listRoute(assistants),
    defineRoute({
      ...one,
      method: 'patch',
      operationId: 'updateAssistant',
      summary: 'Change an assistant',
      description: 'What is left out stays as it is. Responses that were made stay as they are.',
      body: UpdateAssistant,
      answers: [{ status: 200, description: 'The assistant as it is now.', schema: Assistant }],
      errors: [...BODY_ERRORS, 'NOT_FOUND', 'DATABASE_UNAVAILABLE', 'STORAGE_FULL'],
      async handle({ organizationId, params, body }) {
        const row = await assistants.update(organizationId, params.id, toAssistantChanges(body));
        return json(200, { ...toOwnAssistant(row), warnings: assistantWarnings(body) });
      },
    }),
    defineRoute({
      ...one,
      method: 'delete',
      operationId: 'deleteAssistant',
      summary: 'Delete an assistant',
      description: 'Its responses stay and can be read.',
      answers: [{ status: 200, description: 'Deleted for good.', schema: DeletedAssistant }],
      errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
      async handle({ organizationId, params }) {
        await assistants.delete(organizationId, params.id);
        return json(200, { id: params.id, object: 'assistant', deleted: true });
      },
    }),
  ];
}

function listRoute(assistants: Pick<Assistants, 'list'>): Route {
  return defineRoute({
    scope: 'responses',
    method: 'get',
    path: PATH,
    operationId: 'listAssistants',
    summary: 'List assistants',
    description: 'Newest first.',
    query: ListQuery,
    answers: [{ status: 200, description: 'A page.', schema: AssistantList }],
    errors: ['NOT_FOUND', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
    async handle({ organizationId, query }) {
      const { data, hasMore } = await assistants.list(organizationId, query);
      return json(200, {
        object: 'list',
        data: data.map(toOwnAssistant),
        has_more: hasMore,
        first_id: data.at(0)?.id ?? null,
        last_id: data.at(-1)?.id ?? null,
      });
    },
  });
}
