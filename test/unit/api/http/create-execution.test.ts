import { describe, expect, it } from '@jest/globals';
import type { RawCall } from '../../../../api/http/define-route.ts';
import { createExecutionRoute } from '../../../../api/routes/create-execution.ts';
import { insertedRow, newRow } from '../../../../api/services/new-execution.ts';
import { AppError } from '../../../../shared/contracts/errors.ts';
import { ApiKeyId, ExecutionId, OrganizationId } from '../../../../shared/contracts/ids.ts';
import { admitted } from '../../../helpers/admitted.ts';

const id = ExecutionId.parse(`exec_${'a'.repeat(20)}`);
const organizationId = OrganizationId.parse(`org_${'b'.repeat(20)}`);
const row = insertedRow(
  newRow({ id, organizationId, ...admitted({ code: 'x' }), defaults: { isolation: 'fresh' } }),
  new Date(0),
);

const call: RawCall = {
  caller: { organizationId, keyId: ApiKeyId.parse(`key_${'c'.repeat(20)}`), scopes: ['executions'], expiresAt: null },
  origin: { actor: { type: 'key', id: null, address: null }, requestId: null },
  body: { code: 'x' },
  header: (name) => (name === 'accept' ? 'text/event-stream' : undefined),
  signal: new AbortController().signal,
  isClientGone: () => false,
  onExecution: () => undefined,
};

function routeWith({ fails }: { fails?: 'submitting' }) {
  const open: string[] = [];
  const route = createExecutionRoute({
    runs: {
      run: () =>
        fails ? Promise.reject(new AppError('QUEUE_FULL', 'Full.')) : Promise.resolve({ row, replayed: false }),
      abandon: () => Promise.resolve(),
    },
    streams: {
      reserve(of) {
        open.push(of);
        return () => void open.pop();
      },
      openTaken(_of, _id, { place }) {
        place?.();
        return Promise.resolve(undefined);
      },
    },
  });
  return { route, open };
}

describe('create execution: streamed', () => {
  it('answers 202 and where it is when its stream cannot be opened', async () => {
    const { route, open } = routeWith({});
    expect(await route.respond(call)).toMatchObject({
      kind: 'json',
      status: 202,
      body: { id: row.id },
      headers: { location: `/v1/executions/${row.id}` },
    });
    expect(open).toEqual([]);
  });

  it('gives its place back when it is not taken in', async () => {
    const { route, open } = routeWith({ fails: 'submitting' });
    await expect(route.respond(call)).rejects.toMatchObject({ code: 'QUEUE_FULL' });
    expect(open).toEqual([]);
  });
});
