import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createOpenApiDocument } from '../../api/openapi.ts';

const path = join(import.meta.dirname, '..', '..', 'docs', 'openapi.json');
const document = createOpenApiDocument();
const operations = Object.entries(document.paths ?? {}).flatMap(([at, item]) =>
  (['get', 'post', 'delete'] as const).flatMap((method) => {
    const operation = item[method];
    return operation === undefined ? [] : [{ name: `${method} ${at}`, isPublic: at.endsWith('z'), operation }];
  }),
);

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
});
