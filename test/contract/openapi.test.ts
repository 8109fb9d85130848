import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { describedRoutes } from '../../api/described-routes.ts';
import { createOpenApiDocument } from '../../api/openapi.ts';
import { ErrorEnvelope } from '../../shared/contracts/errors.ts';
import { Execution } from '../../shared/contracts/execution.ts';
import { OverviewTick } from '../../shared/contracts/operator-overview.ts';
import { OpenAiResponse } from '../../shared/contracts/openai-response.ts';
import { Response } from '../../shared/contracts/response.ts';
import { WebhookEvent } from '../../shared/contracts/webhook.ts';

const path = join(import.meta.dirname, '..', '..', 'docs', 'openapi.json');
const document = createOpenApiDocument();
const routes = new Map(describedRoutes().map((route) => [route.operationId, route]));
const isForAnyone = (operationId: string | undefined) =>
  ['readLiveness', 'readReadiness', 'readSession'].includes(operationId ?? '');
const operations = Object.entries(document.paths ?? {}).flatMap(([at, item]) =>
  (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method) => {
    const operation = item[method];
    return operation === undefined
      ? []
      : [{ name: `${method} ${at}`, isPublic: isForAnyone(operation.operationId), operation }];
  }),
);

type JsonBody = { readonly example?: unknown; readonly examples?: Readonly<Record<string, { value?: unknown }>> };

/** The JSON bodies among the described requests or answers. */
function jsonBodies(parts: unknown): { part: string; body: JsonBody }[] {
  const described: Record<string, { content?: Record<string, JsonBody> }> = JSON.parse(JSON.stringify(parts));
  return Object.entries(described).flatMap(([part, { content }]) => {
    const body = content?.['application/json'];
    return body === undefined ? [] : [{ part, body }];
  });
}

/** What is wrong with the value. */
const issuesOf = (schema: z.ZodType | undefined, value: unknown): unknown =>
  schema === undefined ? 'nothing says what it should be' : (schema.safeParse(value).error?.issues ?? []);

const answerSchema = (operationId: string | undefined, status: string): z.ZodType | undefined =>
  routes.get(operationId ?? '')?.answers.find((answer) => String(answer.status) === status)?.schema;

/** The data of the event that ends a stream. */
const LastEvent = z.union([
  Execution,
  z.looseObject({ response: Response }),
  z.looseObject({ response: OpenAiResponse }),
  OverviewTick,
]);

describe('openapi', () => {
  it('is what stands in docs/openapi.json; `npm run openapi` writes it', () => {
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('has every call of the API', () => {
    expect(operations.map(({ name }) => name).sort()).toEqual([
      'delete /admin/api/accounts/{id}',
      'delete /admin/api/organizations/{id}',
      'delete /admin/api/organizations/{id}/files/{file_id}',
      'delete /admin/api/organizations/{id}/keys/{key_id}',
      'delete /admin/api/session',
      'delete /admin/api/sessions',
      'delete /v1/assistants/{id}',
      'delete /v1/executions/{id}',
      'delete /v1/files/{id}',
      'delete /v1/model/response/{id}',
      'delete /v1/organization/keys/{id}',
      'delete /v1/responses/{id}',
      'delete /v1/webhooks/endpoints/{id}',
      'get /admin/api/accounts',
      'get /admin/api/audit',
      'get /admin/api/executions',
      'get /admin/api/executions.csv',
      'get /admin/api/executions/{id}',
      'get /admin/api/executions/{id}/events',
      'get /admin/api/executions/{id}/outputs/{n}',
      'get /admin/api/executions/{id}/outputs/{n}/frame',
      'get /admin/api/organizations',
      'get /admin/api/organizations/{id}',
      'get /admin/api/organizations/{id}/assistants',
      'get /admin/api/organizations/{id}/files',
      'get /admin/api/organizations/{id}/keys',
      'get /admin/api/organizations/{id}/keys/{key_id}',
      'get /admin/api/organizations/{id}/quotas',
      'get /admin/api/organizations/{id}/usage',
      'get /admin/api/organizations/{id}/webhooks',
      'get /admin/api/organizations/{id}/webhooks/deliveries',
      'get /admin/api/overview',
      'get /admin/api/overview/events',
      'get /admin/api/queue',
      'get /admin/api/queue/organizations',
      'get /admin/api/queue/organizations/{id}',
      'get /admin/api/responses',
      'get /admin/api/responses/{id}',
      'get /admin/api/session',
      'get /admin/api/settings',
      'get /admin/api/usage',
      'get /admin/api/workers',
      'get /healthz',
      'get /readyz',
      'get /v1/assistants',
      'get /v1/assistants/{id}',
      'get /v1/executions',
      'get /v1/executions/{id}',
      'get /v1/executions/{id}/events',
      'get /v1/executions/{id}/outputs/{n}',
      'get /v1/files',
      'get /v1/files/{id}',
      'get /v1/files/{id}/content',
      'get /v1/model/response',
      'get /v1/model/response/{id}',
      'get /v1/models',
      'get /v1/models/{name}',
      'get /v1/organization',
      'get /v1/organization/keys',
      'get /v1/organization/keys/{id}',
      'get /v1/organization/limits',
      'get /v1/organizations/{organization_id}/files',
      'get /v1/packages',
      'get /v1/responses/{id}',
      'get /v1/responses/{id}/input_items',
      'get /v1/system-tools',
      'get /v1/usage',
      'get /v1/webhooks/deliveries',
      'get /v1/webhooks/deliveries/{id}',
      'get /v1/webhooks/endpoints',
      'get /v1/webhooks/endpoints/{id}',
      'get /v1/webhooks/secret',
      'patch /admin/api/accounts/{id}',
      'patch /admin/api/organizations/{id}',
      'patch /admin/api/organizations/{id}/keys/{key_id}',
      'patch /v1/assistants/{id}',
      'patch /v1/organization',
      'patch /v1/organization/keys/{id}',
      'patch /v1/webhooks/endpoints/{id}',
      'post /admin/api/accounts',
      'post /admin/api/executions',
      'post /admin/api/executions/cancel',
      'post /admin/api/executions/{id}/cancel',
      'post /admin/api/executions/{id}/retry',
      'post /admin/api/organizations',
      'post /admin/api/organizations/{id}/files',
      'post /admin/api/organizations/{id}/keys',
      'post /admin/api/organizations/{id}/keys/{key_id}/rotate',
      'post /admin/api/organizations/{id}/resume',
      'post /admin/api/organizations/{id}/suspend',
      'post /admin/api/organizations/{id}/webhooks/deliveries/{delivery_id}/redeliver',
      'post /admin/api/queue/organizations/{id}/pause',
      'post /admin/api/queue/organizations/{id}/resume',
      'post /admin/api/queue/pause',
      'post /admin/api/queue/resume',
      'post /admin/api/responses/{id}/cancel',
      'post /admin/api/session',
      'post /admin/api/session/password',
      'post /admin/api/setup',
      'post /admin/api/workers/{id}/drain',
      'post /admin/api/workers/{id}/resume',
      'post /v1/assistants',
      'post /v1/executions',
      'post /v1/executions/{id}/cancel',
      'post /v1/files',
      'post /v1/model/response',
      'post /v1/model/response/stream',
      'post /v1/model/response/{id}/cancel',
      'post /v1/organization/keys',
      'post /v1/organization/keys/{id}/rotate',
      'post /v1/organizations/{organization_id}/files/upload',
      'post /v1/responses',
      'post /v1/responses/{id}/cancel',
      'post /v1/webhooks/deliveries/{id}/redeliver',
      'post /v1/webhooks/endpoints',
      'post /v1/webhooks/endpoints/{id}/secret/rotate',
      'post /v1/webhooks/endpoints/{id}/test',
      'post /v1/webhooks/secret/rotate',
      'put /admin/api/organizations/{id}/quotas',
    ]);
  });

  it.each(operations)('describes $name: summary, answers, errors in the envelope', ({ operation, isPublic }) => {
    expect(operation.summary).toMatch(/^[A-Z].*[^.]$/);
    expect(operation.operationId).toMatch(/^[a-z]+[A-Za-z]*$/);
    const responses = JSON.parse(JSON.stringify(operation.responses));
    const statuses = Object.keys(responses);
    expect(statuses.some((status) => status.startsWith('2'))).toBe(true);
    if (isPublic) return;
    expect(statuses).toEqual(expect.arrayContaining(['401', '429', '500', '503']));
    if (operation.security?.some((one) => 'bearer' in one)) expect(statuses).toContain('403');
    for (const status of statuses.filter((one) => Number(one) >= 400)) {
      expect(responses[status].content['application/json'].schema).toEqual({ $ref: '#/components/schemas/Error' });
    }
  });

  it('shows an event as a receiver gets it', () => {
    const { post } = JSON.parse(JSON.stringify(document.webhooks))['event'];
    const [example] = jsonBodies({ request: post.requestBody }).flatMap(({ body }) =>
      Object.values(body.examples ?? {}),
    );
    expect(WebhookEvent.safeParse(example?.value).error?.issues).toBeUndefined();
  });

  it('gives every operation an id of its own', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(operations)('puts $name in one group that has a description', ({ operation }) => {
    const groups = document.tags?.filter(({ name }) => operation.tags?.includes(name)) ?? [];
    expect(groups.map(({ description }) => Boolean(description))).toEqual([true]);
  });

  it('counts as health what load balancers ask, and nothing else', () => {
    const paths = operations.filter(({ operation }) => operation.tags?.includes('Health')).map(({ name }) => name);
    expect(paths).toEqual(['get /healthz', 'get /readyz']);
  });

  it('gives every schema a name that somebody chose', () => {
    const names = Object.keys(document.components?.schemas ?? {});
    expect(names.filter((name) => !/^[A-Z][A-Za-z]+$/.test(name))).toEqual([]);
  });

  it.each(operations)('says for every error of $name when it comes', ({ operation }) => {
    const responses: Record<string, { description: string }> = JSON.parse(JSON.stringify(operation.responses));
    const errors = Object.entries(responses).filter(([status]) => Number(status) >= 400 && status !== '503');
    for (const [, { description }] of errors) expect(description).toMatch(/^- `[A-Z_]+`: \S/);
  });

  it('shows a stream whose every event is whole', () => {
    const streams = operations.flatMap(({ operation }) => {
      const responses: Record<string, { content?: Record<string, { example?: string }> }> = JSON.parse(
        JSON.stringify(operation.responses),
      );
      return Object.values(responses).flatMap(({ content }) => content?.['text/event-stream'] ?? []);
    });
    expect(streams.length).toBe(9);
    for (const { example = '' } of streams) {
      const events = [...example.matchAll(/event: (\S+)\nid: \S+\ndata: (.+)\n\n/g)];
      expect(events.map(([whole]) => whole).join('')).toBe(example);
      expect(LastEvent.safeParse(JSON.parse(events.at(-1)?.[2] ?? '')).error).toBeUndefined();
    }
  });

  it.each(operations)('shows for $name only requests that it would take', ({ operation }) => {
    const schema = routes.get(operation.operationId ?? '')?.schemas.body;
    for (const { body } of jsonBodies({ request: operation.requestBody })) {
      for (const { value } of Object.values(body.examples ?? {})) expect(issuesOf(schema, value)).toEqual([]);
    }
  });

  it.each(operations)('shows for $name only answers that its schemas allow', ({ operation }) => {
    for (const { part, body } of jsonBodies(operation.responses)) {
      if ('example' in body) expect(issuesOf(answerSchema(operation.operationId, part), body.example)).toEqual([]);
      for (const { value } of Object.values(body.examples ?? {})) expect(issuesOf(ErrorEnvelope, value)).toEqual([]);
    }
  });

  it('shows an example of every JSON body', () => {
    const without = operations.flatMap(({ name, operation }) =>
      jsonBodies({ ...operation.responses, request: operation.requestBody })
        .filter(({ body }) => !('example' in body || 'examples' in body))
        .map(({ part }) => `${name} ${part}`),
    );
    expect(without).toEqual([]);
  });
});
