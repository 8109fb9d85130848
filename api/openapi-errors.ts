/** How the OpenAPI document tells of what a call can be refused with. Pure. */
import type { ZodOpenApiResponseObject } from 'zod-openapi';
import { ERROR_HELP } from '../shared/contracts/error-help.ts';
import { ERROR_STATUS, ErrorEnvelope, type ErrorCode } from '../shared/contracts/errors.ts';
import type { Access, Route } from './http/define-route.ts';
import { errorExample } from './openapi-examples.ts';

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

/** One response for each status, with the codes that it can carry. */
export function errorResponses(route: Pick<Route, 'errors' | 'access'>): Record<string, ZodOpenApiResponseObject> {
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
