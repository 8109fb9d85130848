/** The OpenAPI document, made from the route table. Pure. */
import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import { ERROR_HELP } from '../shared/contracts/error-help.ts';
import { ERROR_STATUS, ErrorEnvelope, type ErrorCode } from '../shared/contracts/errors.ts';
import type { Access, DescribedAnswer, Route } from './http/define-route.ts';
import { CALL_EXAMPLES, errorExample, EVENTS_EXAMPLE } from './openapi-examples.ts';
import { createRoutes, type RouteServices } from './routes/routes.ts';

const VERSION = '1.0.0';

/** Groups of calls, by how their paths begin. */
const TAGS = [
  { prefix: '/v1/executions', name: 'Executions', description: 'Run code, follow it, read what came of it.' },
  { prefix: '/v1/packages', name: 'Packages', description: 'What code can import.' },
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
  operator: ['INVALID_ADMIN_TOKEN', 'RATE_LIMITED', 'INTERNAL', 'SHUTTING_DOWN'],
};

/** @param publicUrl where clients reach the API, if that is not where they load the document from */
export function createOpenApiDocument(publicUrl?: string): ReturnType<typeof createDocument> {
  const paths: NonNullable<ZodOpenApiObject['paths']> = {};
  for (const route of createRoutes(UNUSED_SERVICES)) {
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
        'what the service fails at is an error in one envelope. Every answer carries `x-request-id`.',
    },
    ...(publicUrl !== undefined && { servers: [{ url: publicUrl }] }),
    tags: TAGS.map(({ name, description }) => ({ name, description })),
    security: [{ bearer: [] }, { apiKey: [] }],
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key: `ak_…`' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        adminToken: { type: 'http', scheme: 'bearer', description: 'The operators’ token: `ADMIN_TOKEN`' },
      },
    },
    paths,
  });
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const { body, query, params } = route.schemas;
  const { requests, answers } = CALL_EXAMPLES[route.operationId] ?? {};
  return {
    operationId: route.operationId,
    tags: TAGS.filter(({ prefix }) => route.path.startsWith(prefix))
      .slice(0, 1)
      .map(({ name }) => name),
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    ...(route.access.kind === 'public' && { security: [] }),
    ...(route.access.kind === 'operator' && { security: [{ adminToken: [] }] }),
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
    responses: {
      ...Object.fromEntries(
        route.answers.map((answer) => [String(answer.status), responseOf(answer, answers?.[answer.status])]),
      ),
      ...errorResponses(route),
    },
  };
}

function headersSchema(headers: NonNullable<Route['requestHeaders']>) {
  return z.object(
    Object.fromEntries(headers.map(({ name, description }) => [name, z.string().optional().describe(description)])),
  );
}

function responseOf(
  { description, schema, events, bytes, headers }: DescribedAnswer,
  example: unknown,
): ZodOpenApiResponseObject {
  const content = {
    ...(schema && { 'application/json': { schema, ...(example !== undefined && { example }) } }),
    ...(bytes && { '*/*': { schema: { type: 'string' as const, format: 'binary' } } }),
    ...(events !== undefined && {
      'text/event-stream': { schema: z.string().describe(events), example: EVENTS_EXAMPLE },
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

const unused = () => Promise.reject(new Error('the document calls nothing'));

/** The document reads the table and calls nothing in it. */
const UNUSED_SERVICES: RouteServices = {
  runs: { run: unused, abandon: unused },
  reading: { read: unused, readOutput: unused, list: unused },
  cancellation: { cancel: unused },
  deletion: { delete: unused },
  streams: { open: unused, openTaken: unused, reserve: () => () => undefined, size: () => 0 },
  packages: { list: unused },
  health: { readiness: unused },
};
