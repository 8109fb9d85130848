/** Organizations, as operators manage them. */
import { z } from 'zod';
import { OrganizationId } from '../../shared/contracts/ids.ts';
import {
  CreateOrganization,
  Organization,
  OrganizationStatus,
  UpdateOrganization,
} from '../../shared/contracts/organization.ts';
import { ORGANIZATION_NAME_CHARACTERS_MAX } from '../../shared/contracts/limits.ts';
import { defineOperatorRoute, json, type Route } from '../http/define-route.ts';
import type { Organizations } from '../services/organizations.ts';
import { listAnswer, listSchema, pageQuery } from './lists.ts';

const Params = z.strictObject({ id: OrganizationId });

const Query = z.strictObject({
  ...pageQuery(OrganizationId),
  status: OrganizationStatus.optional(),
  name: z
    .string()
    .min(1)
    .max(ORGANIZATION_NAME_CHARACTERS_MAX)
    .optional()
    .describe('What the name begins with, in capitals or not.'),
});

const OrganizationList = listSchema(Organization, 'OrganizationList');
const AS_IT_IS = { description: 'The organization as it is then.', schema: Organization } as const;
const CHANGE_ERRORS = ['NOT_FOUND', 'ORGANIZATION_DELETING', 'DATABASE_UNAVAILABLE'] as const;

export function createAdminOrganizationRoutes(organizations: Organizations): Route[] {
  return [...readRoutes(organizations), ...changeRoutes(organizations), ...statusRoutes(organizations)];
}

function readRoutes(organizations: Pick<Organizations, 'list' | 'read'>): Route[] {
  return [
    defineOperatorRoute({
      role: 'viewer',
      method: 'get',
      path: '/admin/api/organizations',
      operationId: 'listOrganizations',
      summary: 'List organizations',
      description: 'Newest first.',
      query: Query,
      answers: [{ status: 200, description: 'A page.', schema: OrganizationList }],
      errors: ['NOT_FOUND', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
      handle: async ({ query: { limit, after, status, name: namePrefix } }) =>
        listAnswer(await organizations.list({ limit, after, status, namePrefix })),
    }),
    defineOperatorRoute({
      role: 'viewer',
      method: 'get',
      path: '/admin/api/organizations/{id}',
      operationId: 'readOrganization',
      summary: 'Read an organization',
      params: Params,
      answers: [{ status: 200, ...AS_IT_IS }],
      errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
      handle: async ({ params }) => json(200, await organizations.read(params.id)),
    }),
  ];
}

function changeRoutes(organizations: Pick<Organizations, 'create' | 'update'>): Route[] {
  return [
    defineOperatorRoute({
      role: 'admin',
      method: 'post',
      path: '/admin/api/organizations',
      operationId: 'createOrganization',
      summary: 'Create an organization',
      description: 'It has no key yet: create one next.',
      body: CreateOrganization,
      answers: [{ status: 201, description: 'The new organization.', schema: Organization }],
      errors: ['VALIDATION_ERROR', 'PAYLOAD_TOO_LARGE', 'DATABASE_UNAVAILABLE', 'STORAGE_FULL'],
      handle: async ({ body, origin }) => json(201, await organizations.create(body, origin)),
    }),
    defineOperatorRoute({
      role: 'admin',
      method: 'patch',
      path: '/admin/api/organizations/{id}',
      operationId: 'updateOrganization',
      summary: 'Change an organization',
      description:
        'Its name, whether its code may run, how its executions are isolated, and its default model. What is left out ' +
        'stays. It counts for new executions and responses, on every process within two seconds.',
      params: Params,
      body: UpdateOrganization,
      answers: [{ status: 200, ...AS_IT_IS }],
      errors: [...CHANGE_ERRORS, 'VALIDATION_ERROR'],
      handle: async ({ params, body, origin }) => json(200, await organizations.update(params.id, body, origin)),
    }),
  ];
}

function statusRoutes(organizations: Pick<Organizations, 'setStatus'>): Route[] {
  return [
    defineOperatorRoute({
      role: 'admin',
      method: 'post',
      path: '/admin/api/organizations/{id}/suspend',
      operationId: 'suspendOrganization',
      summary: 'Suspend an organization',
      description:
        'Its requests are refused with 403, on every process within two seconds. What runs ends normally; what is ' +
        'queued is held back until it is resumed.',
      params: Params,
      answers: [{ status: 200, ...AS_IT_IS }],
      errors: CHANGE_ERRORS,
      handle: async ({ params, origin }) => json(200, await organizations.setStatus(params.id, 'suspended', origin)),
    }),
    defineOperatorRoute({
      role: 'admin',
      method: 'post',
      path: '/admin/api/organizations/{id}/resume',
      operationId: 'resumeOrganization',
      summary: 'Resume an organization',
      description: 'Its keys work again, and what it has queued goes on.',
      params: Params,
      answers: [{ status: 200, ...AS_IT_IS }],
      errors: CHANGE_ERRORS,
      handle: async ({ params, origin }) => json(200, await organizations.setStatus(params.id, 'active', origin)),
    }),
    defineOperatorRoute({
      role: 'admin',
      method: 'delete',
      path: '/admin/api/organizations/{id}',
      operationId: 'deleteOrganization',
      summary: 'Delete an organization with all its data',
      description:
        'Its keys stop at once, within two seconds on every process. What is queued or runs is cancelled; then ' +
        'executions, files, webhooks, usage and keys are removed in the background. It is `deleting` until nothing is ' +
        'left, and 404 from then on. The audit keeps ids alone.',
      params: Params,
      answers: [{ status: 202, description: 'The organization, which is being deleted.', schema: Organization }],
      errors: ['NOT_FOUND', 'DATABASE_UNAVAILABLE'],
      handle: async ({ params, origin }) => json(202, await organizations.setStatus(params.id, 'deleting', origin)),
    }),
  ];
}
