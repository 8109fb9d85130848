/** A route as an operation of the OpenAPI document. Pure. */
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiRequestBodyObject, ZodOpenApiResponseObject } from 'zod-openapi';
import type { Access, DescribedAnswer, DescribedUpload, Route } from './http/define-route.ts';
import { errorResponses } from './openapi-errors.ts';
import { CALL_EXAMPLES, EVENTS_EXAMPLE } from './openapi-examples.ts';
import { groupOf } from './openapi-groups.ts';

export function operationOf(route: Route): ZodOpenApiOperationObject {
  const { upload } = route;
  const { body, query, params } = route.schemas;
  const { requests, answers, events } = CALL_EXAMPLES[route.operationId] ?? {};
  return {
    operationId: route.operationId,
    tags: groupOf(route.path),
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
