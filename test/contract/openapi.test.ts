import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createOpenApiDocument } from '../../api/openapi.ts';
import { DeletedExecution, ExecutionList } from '../../api/routes/answers.ts';
import { Readiness } from '../../api/routes/health.ts';
import { ErrorEnvelope } from '../../shared/contracts/errors.ts';
import { CreateExecution, Execution } from '../../shared/contracts/execution.ts';
import { PackageList } from '../../shared/contracts/worker-status.ts';

const path = join(import.meta.dirname, '..', '..', 'docs', 'openapi.json');
const document = createOpenApiDocument();
const operations = Object.entries(document.paths ?? {}).flatMap(([at, item]) =>
  (['get', 'post', 'delete'] as const).flatMap((method) => {
    const operation = item[method];
    return operation === undefined ? [] : [{ name: `${method} ${at}`, isPublic: at.endsWith('z'), operation }];
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

const ANSWERS: Readonly<Record<string, z.ZodType>> = {
  createExecution: Execution,
  readExecution: Execution,
  listExecutions: ExecutionList,
  cancelExecution: Execution,
  deleteExecution: DeletedExecution,
  listPackages: PackageList,
  readLiveness: z.strictObject({ status: z.literal('alive') }),
  readReadiness: Readiness,
};

describe('openapi', () => {
  it('is what stands in docs/openapi.json; `npm run openapi` writes it', () => {
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('has every call of the API', () => {
    expect(operations.map(({ name }) => name).sort()).toEqual([
      'delete /v1/executions/{id}',
      'get /healthz',
      'get /readyz',
      'get /v1/executions',
      'get /v1/executions/{id}',
      'get /v1/executions/{id}/events',
      'get /v1/executions/{id}/outputs/{n}',
      'get /v1/packages',
      'post /v1/executions',
      'post /v1/executions/{id}/cancel',
    ]);
  });

  it.each(operations)('describes $name: summary, answers, errors in the envelope', ({ operation, isPublic }) => {
    expect(operation.summary).toBeTruthy();
    expect(operation.operationId).toBeTruthy();
    const responses = JSON.parse(JSON.stringify(operation.responses));
    const statuses = Object.keys(responses);
    expect(statuses.some((status) => status.startsWith('2'))).toBe(true);
    if (isPublic) return;
    expect(statuses).toEqual(expect.arrayContaining(['401', '429', '500', '503']));
    for (const status of statuses.filter((one) => Number(one) >= 400)) {
      expect(responses[status].content['application/json'].schema).toEqual({ $ref: '#/components/schemas/Error' });
    }
  });

  it('gives every operation an id of its own', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(operations)('puts $name in one group that has a description', ({ operation }) => {
    const groups = document.tags?.filter(({ name }) => operation.tags?.includes(name)) ?? [];
    expect(groups.map(({ description }) => Boolean(description))).toEqual([true]);
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
    expect(streams.length).toBe(2);
    for (const { example = '' } of streams) {
      const events = [...example.matchAll(/event: (\S+)\nid: \S+\ndata: (.+)\n\n/g)];
      expect(events.map(([whole]) => whole).join('')).toBe(example);
      expect(Execution.safeParse(JSON.parse(events.at(-1)?.[2] ?? '')).error).toBeUndefined();
    }
  });

  it('shows requests that it would take', () => {
    const bodies = operations.flatMap(({ operation }) => jsonBodies({ request: operation.requestBody }));
    const values = bodies.flatMap(({ body }) => Object.values(body.examples ?? {}));
    expect(values.length).toBeGreaterThan(0);
    for (const { value } of values) expect(CreateExecution.safeParse(value).error).toBeUndefined();
  });

  it.each(operations)('shows for $name only answers that its schemas allow', ({ operation }) => {
    const schema = ANSWERS[operation.operationId ?? ''];
    for (const { body } of jsonBodies(operation.responses)) {
      if ('example' in body) expect(schema?.safeParse(body.example).error).toBeUndefined();
      for (const { value } of Object.values(body.examples ?? {})) {
        expect(ErrorEnvelope.safeParse(value).error).toBeUndefined();
      }
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
