/** The OpenAPI document, made from the route table. Pure. */
import { createDocument, type ZodOpenApiObject } from 'zod-openapi';
import { describedRoutes } from './described-routes.ts';
import { GROUPS } from './openapi-groups.ts';
import { operationOf } from './openapi-operations.ts';
import { SENT_EVENTS } from './openapi-webhooks.ts';

const VERSION = '1.0.0';

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
        'what the service fails at is an error in one envelope. Every answer carries `x-request-id`, and where an ' +
        'organization’s requests are bounded what is left of them: `x-ratelimit-limit-requests`, `x-ratelimit-remaining-requests`, ' +
        '`x-ratelimit-reset-requests` (seconds until it could send all of them again).',
    },
    ...(publicUrl !== undefined && { servers: [{ url: publicUrl }] }),
    tags: GROUPS.map(({ name, description }) => ({ name, description })),
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
