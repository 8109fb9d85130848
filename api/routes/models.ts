/** `GET /v1/models`: what responses can name. */
import { z } from 'zod';
import { ModelDescription } from '../../shared/contracts/model.ts';
import { defineRoute, json, type Route } from '../http/define-route.ts';
import type { ModelList } from '../services/responses/model-list.ts';
import { listAnswer, listSchema } from './lists.ts';

const Params = z.strictObject({ name: z.string().min(1) });

export function createModelRoutes(models: ModelList): Route[] {
  return [
    defineRoute({
      scope: 'responses',
      method: 'get',
      path: '/v1/models',
      operationId: 'listModels',
      summary: 'List models',
      description: 'All that the operators connected, and the built-in `direct`, which only runs fenced Python.',
      answers: [{ status: 200, description: 'All models.', schema: listSchema(ModelDescription, 'ModelList') }],
      errors: [],
      handle: () => Promise.resolve(listAnswer({ data: models.list(), hasMore: false })),
    }),
    defineRoute({
      scope: 'responses',
      method: 'get',
      path: '/v1/models/{name}',
      operationId: 'readModel',
      summary: 'Read a model',
      params: Params,
      answers: [{ status: 200, description: 'The model.', schema: ModelDescription }],
      errors: ['NOT_FOUND'],
      handle: ({ params }) => Promise.resolve(json(200, models.read(params.name))),
    }),
  ];
}
