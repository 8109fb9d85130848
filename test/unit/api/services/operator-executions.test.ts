import { describe, expect, it } from '@jest/globals';
import { insertedRow, newRow } from '../../../../api/services/new-execution.ts';
import { createOperatorExecutions } from '../../../../api/services/operator-executions.ts';
import { QUOTAS_EXAMPLE } from '../../../../api/quota-examples.ts';
import { ExecutionId, OrganizationId } from '../../../../shared/contracts/ids.ts';
import { RunInPlayground } from '../../../../shared/contracts/operator-playground.ts';
import { admitted } from '../../../helpers/admitted.ts';

const id = ExecutionId.parse(`exec_${'a'.repeat(20)}`);
const organizationId = OrganizationId.parse(`org_${'b'.repeat(20)}`);
const origin = { actor: { type: 'operator', id: null, address: null }, requestId: null } as const;
const queued = insertedRow(
  newRow({ id, organizationId, ...admitted({ code: 'x' }), defaults: { isolation: 'organization' }, files: [] }),
  new Date(0),
);
const ended = { ...queued, status: 'completed', exit_reason: 'ok', finished_at: new Date(1) } as const;

function setUp(status: 'active' | 'suspended' | 'deleting', row: typeof queued | typeof ended = ended) {
  const runs: string[] = [];
  const executions = createOperatorExecutions({
    store: {
      list: () => Promise.resolve([]),
      find: () => Promise.resolve(row),
      ownerOf: () => Promise.resolve(organizationId),
      placeOf: () => Promise.resolve(undefined),
    },
    cancellation: { cancel: () => Promise.resolve(row) },
    runs: {
      run: (_of, input) => {
        runs.push(input.code);
        return Promise.resolve({ row: queued, replayed: false });
      },
    },
    settings: {
      find: () =>
        Promise.resolve({
          ...{ status, interpreter: true, queuePaused: false, isolation: null, defaultModel: null, version: 1 },
          ...{ quotas: QUOTAS_EXAMPLE },
        }),
    },
    audit: { record: () => Promise.resolve(), attempt: (_act, work) => work() },
  });
  return { executions, runs };
}

describe('operator executions: retry', () => {
  it('adds nothing to an organization that is being deleted', async () => {
    const { executions, runs } = setUp('deleting');
    await expect(executions.retry(id, origin)).rejects.toMatchObject({ code: 'ORGANIZATION_DELETING' });
    expect(runs).toEqual([]);
  });

  it('lets a suspended organization have it: it waits with the rest', async () => {
    const { executions, runs } = setUp('suspended');
    expect(await executions.retry(id, origin)).toMatchObject({ status: 'queued' });
    expect(runs).toEqual(['x']);
  });

  it('runs nothing a second time that has not ended', async () => {
    const { executions, runs } = setUp('active', queued);
    await expect(executions.retry(id, origin)).rejects.toMatchObject({ code: 'EXECUTION_RUNNING' });
    expect(runs).toEqual([]);
  });
});

describe('operator executions: playground', () => {
  const asked = RunInPlayground.parse({ organization_id: organizationId, code: 'y' });

  it.each([
    ['suspended', 'ORGANIZATION_SUSPENDED'],
    ['deleting', 'ORGANIZATION_DELETING'],
  ] as const)('runs nothing for an organization that is %s', async (status, code) => {
    const { executions, runs } = setUp(status);
    await expect(executions.run(asked, origin)).rejects.toMatchObject({ code });
    expect(runs).toEqual([]);
  });

  it('runs code for an active one', async () => {
    const { executions, runs } = setUp('active');
    expect(await executions.run(asked, origin)).toMatchObject({ status: 'queued' });
    expect(runs).toEqual(['y']);
  });
});
