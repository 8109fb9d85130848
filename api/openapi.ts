/** The OpenAPI document, made from the route table. Pure. */
import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiRequestBodyObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import { ERROR_HELP } from '../shared/contracts/error-help.ts';
import { ERROR_STATUS, ErrorEnvelope, type ErrorCode } from '../shared/contracts/errors.ts';
import type { Access, DescribedAnswer, DescribedUpload, Route } from './http/define-route.ts';
import { describedRoutes } from './described-routes.ts';
import { CALL_EXAMPLES, errorExample, EVENTS_EXAMPLE } from './openapi-examples.ts';
import { SENT_EVENTS } from './openapi-webhooks.ts';

const VERSION = '1.0.0';

/** Groups of calls, by how their paths begin. */
const TAGS = [
  { prefix: '/v1/executions', name: 'Executions', description: 'Run code, follow it, read what came of it.' },
  { prefix: '/v1/model/response', name: 'Responses', description: 'A model that answers, and runs code on the way.' },
  { prefix: '/v1/assistants', name: 'Assistants', description: 'What responses go by.' },
  { prefix: '/v1/system-tools', name: 'System tools', description: 'What assistants can use.' },
  { prefix: '/v1/files', name: 'Files', description: 'What code can be given to read.' },
  { prefix: '/v1/packages', name: 'Packages', description: 'What code can import.' },
  {
    prefix: '/v1/organization',
    name: 'Organization',
    description: 'What an organization is told of itself; its keys.',
  },
  {
    prefix: '/admin/api/organizations',
    name: 'Organizations (operators)',
    description: 'Tenants, their keys and what is set for them. Without `ADMIN_TOKEN` these calls do not exist.',
  },
  { prefix: '/v1/webhooks', name: 'Webhooks', description: 'Have results posted to you as they come.' },
  { prefix: '/v1/usage', name: 'Usage', description: 'What an organization used.' },
  {
    prefix: '/admin/api/executions',
    name: 'Executions (operators)',
    description: 'Executions of all organizations: look, cancel, run again.',
  },
  {
    prefix: '/admin/api/overview',
    name: 'Overview (operators)',
    description: 'How the service does, and how it did.',
  },
  {
    prefix: '/admin/api/responses',
    name: 'Responses (operators)',
    description: 'What models answered, of all organizations.',
  },
  { prefix: '/admin/api/settings', name: 'Settings (operators)', description: 'What the service is set to.' },
  { prefix: '/admin/api/workers', name: 'Workers (operators)', description: 'Who runs executions; drain and resume.' },
  { prefix: '/admin/api/queue', name: 'Queue (operators)', description: 'What waits; hold it back and let it go on.' },
  { prefix: '/admin/api/usage', name: 'Usage (operators)', description: 'What all organizations used.' },
  { prefix: '/admin/api/audit', name: 'Audit (operators)', description: 'Who did what, from where, to what.' },
  { prefix: '/', name: 'Health', description: 'For load balancers and watches; without a key.' },
] as const;

/** What every call can be refused with, by who may make it. */
const COMMON_ERRORS: Readonly<Record<Access['kind'], readonly ErrorCode[]>> = {
  public: [],
  organization: [
    'INVALID_API_KEY',
    'INSUFFICIENT_PERMISSIONS',
    'ORGANIZATION_SUSPENDED',
    'RATE_LIMITED',
    'REQUESTS_PER_MINUTE_EXCEEDED',
    'REQUESTS_PER_DAY_EXCEEDED',
    'INTERNAL',
    'SHUTTING_DOWN',
  ],
  operator: [
    'INVALID_ADMIN_TOKEN',
    'SESSION_ENDED',
    'CSRF_TOKEN_INVALID',
    'INSUFFICIENT_PERMISSIONS',
    'RATE_LIMITED',
    'INTERNAL',
    'SHUTTING_DOWN',
  ],
  visitor: ['INTERNAL', 'SHUTTING_DOWN'],
};

/** @param publicUrl where clients reach the API, if that is not where they load the document from */
export function createOpenApiDocument(publicUrl?: string): ReturnType<typeof createDocument> {
  const paths: NonNullable<ZodOpenApiObject['paths']> = {};
  for (const route of describedRoutes()) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Code interpreter',
      version: VERSION,
      description:
        'Runs Python in a sandbox without network and without file-system writes, for at most 30 seconds. Every ' +
        'execution runs on its own: variables do not persist from one to the next. What code does is data (status 200); ' +
        'what the service fails at is an error in one envelope. Every answer carries `x-request-id`, and where an organization’s requests are bounded ' +
        'what is left of them: `x-ratelimit-limit-requests`, `x-ratelimit-remaining-requests`, ' +
        '`x-ratelimit-reset-requests` (seconds until it could send all of them again).',
    },
    ...(publicUrl !== undefined && { servers: [{ url: publicUrl }] }),
    tags: TAGS.map(({ name, description }) => ({ name, description })),
    security: [{ bearer: [] }, { apiKey: [] }],
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key: `ak_…`' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        adminToken: { type: 'http', scheme: 'bearer', description: 'The operators’ token: `ADMIN_TOKEN`' },
        session: {
          ...{ type: 'apiKey', in: 'cookie', name: 'ci_session' },
          description: 'Of an account that is logged in; calls that change something need `x-csrf-token` too',
        },
      },
    },
    paths,
    webhooks: SENT_EVENTS,
  });
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const { upload } = route;
  const { body, query, params } = route.schemas;
  const { requests, answers, events } = CALL_EXAMPLES[route.operationId] ?? {};
  return {
    operationId: route.operationId,
    tags: tagsOf(route),
    summary: route.summary,
    ...descriptionOf(route),
    security: securityOf(route),
    requestParams: {
      ...(params instanceof z.ZodObject && { path: params }),
      ...(query instanceof z.ZodObject && { query }),
      ...(route.requestHeaders && { header: headersSchema(route.requestHeaders) }),
    },
    ...(body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: body, ...(requests && { examples: { ...requests } }) } },
      },
    }),
    ...(upload && { requestBody: uploadBody(upload) }),
    responses: {
      ...Object.fromEntries(
        route.answers.map((answer) => [
          String(answer.status),
          responseOf(answer, { body: answers?.[answer.status], events }),
        ]),
      ),
      ...errorResponses(route),
    },
  };
}

/** A path that names the organization is told by what follows. */
function tagsOf({ path }: Route): string[] {
  const named = path.replace('/v1/organizations/{organization_id}', '/v1');
  return TAGS.filter(({ prefix }) => named.startsWith(prefix))
    .slice(0, 1)
    .map(({ name }) => name);
}

/** Files are fields of a form, beside its text fields. */
function uploadBody({ fields, fileFields }: DescribedUpload): ZodOpenApiRequestBodyObject {
  const file = z.string().meta({ format: 'binary' });
  const files = Object.fromEntries(
    Object.entries(fileFields).map(([name, most]) => [name, most === 1 ? file : z.array(file).max(most)]),
  );
  const isOnlyOne = Object.keys(files).length === 1;
  const schema = fields.extend(isOnlyOne ? files : z.object(files).partial().shape);
  return { required: true, content: { 'multipart/form-data': { schema } } };
}

function descriptionOf({ description, access }: Route) {
  const parts = [description, needOf(access)].filter((part) => part !== undefined);
  return parts.length === 0 ? {} : { description: parts.join(' ') };
}

function needOf(access: Access): string | undefined {
  if (access.kind === 'organization') return `Needs a key with the scope \`${access.scope}\`.`;
  return access.kind === 'operator' ? `Needs the role \`${access.role}\`.` : undefined;
}

/** Whose key or token it takes; a key's scope stands where OpenAPI has the names of roles. */
function securityOf({ access }: Route): NonNullable<ZodOpenApiOperationObject['security']> {
  switch (access.kind) {
    case 'public':
    case 'visitor':
      return [];
    case 'operator':
      return [{ adminToken: [] }, { session: [] }];
    case 'organization':
      return [{ bearer: [access.scope] }, { apiKey: [access.scope] }];
  }
}

function headersSchema(headers: NonNullable<Route['requestHeaders']>) {
  return z.object(
    Object.fromEntries(headers.map(({ name, description }) => [name, z.string().optional().describe(description)])),
  );
}

function responseOf(
  { description, schema, events, bytes, headers }: DescribedAnswer,
  { body: example, events: stream = EVENTS_EXAMPLE }: { readonly body: unknown; readonly events: string | undefined },
): ZodOpenApiResponseObject {
  const content = {
    ...(schema && { 'application/json': { schema, ...(example !== undefined && { example }) } }),
    ...(bytes && { '*/*': { schema: { type: 'string' as const, format: 'binary' } } }),
    ...(events !== undefined && {
      'text/event-stream': { schema: z.string().describe(events), example: stream },
    }),
  };
  return {
    description,
    ...(Object.keys(content).length > 0 && { content }),
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, meaning]) => [
          name,
          { description: meaning, schema: { type: 'string' as const } },
        ]),
      ),
    }),
  };
}

/** One response for each status, with the codes that it can carry. */
function errorResponses(route: Route): Record<string, ZodOpenApiResponseObject> {
  const codes = [...route.errors, ...COMMON_ERRORS[route.access.kind]];
  const byStatus = Map.groupBy(codes, (code) => ERROR_STATUS[code]);
  return Object.fromEntries(
    [...byStatus].map(([status, same]) => [
      String(status),
      {
        description: same.map((code) => `- \`${code}\`: ${ERROR_HELP[code].when}`).join('\n'),
        content: {
          'application/json': {
            schema: ErrorEnvelope,
            examples: Object.fromEntries(same.map((code) => [code, { value: errorExample(code) }])),
          },
        },
      },
    ]),
  );
}
