import { describe, expect, it } from '@jest/globals';
import { insertedRow } from '../../../../api/services/new-execution.ts';
import { createRunExecution } from '../../../../api/services/run-execution.ts';
import { createWaiting } from '../../../../api/services/waiting.ts';
import { AppError } from '../../../../shared/contracts/errors.ts';
import { CreateExecution } from '../../../../shared/contracts/execution.ts';
import { ExecutionId, OrganizationId } from '../../../../shared/contracts/ids.ts';

const id = ExecutionId.parse(`exec_${'a'.repeat(20)}`);
const organizationId = OrganizationId.parse(`org_${'b'.repeat(20)}`);
const unused = () => Promise.reject(new Error('not to be called'));

describe('run execution: waiting', () => {
  it('gives the execution as it was taken in when the database fails meanwhile', async () => {
    const reports: unknown[] = [];
    const taken: string[] = [];
    const down = () => Promise.reject(new AppError('DATABASE_UNAVAILABLE', 'Down.'));
    const waiting = createWaiting({ store: { find: down, findStatus: down }, onDone: () => () => undefined });
    const runs = createRunExecution({
      submission: { submit: (_of, row) => Promise.resolve(insertedRow(row, new Date(0))) },
      quotas: { admit: () => Promise.resolve({ timeoutMs: 1, memoryMib: 512, isolation: null }) },
      idempotent: { submit: unused },
      waiting,
      cancellation: { cancel: unused },
      files: { resolve: async () => [] },
      assertCallbackUrl: () => undefined,
      newExecutionId: () => id,
      defaults: { isolation: 'fresh' },
      traceparent: () => undefined,
      report: (message) => reports.push(message),
    });
    const { row } = await runs.run(organizationId, CreateExecution.parse({ code: 'x' }), {
      waitMs: 10,
      signal: new AbortController().signal,
      isClientGone: () => false,
      onTaken: (executionId) => taken.push(executionId),
    });
    expect(taken).toEqual([id]);
    expect(row).toMatchObject({ id, status: 'queued' });
    expect(reports).toHaveLength(1);
    expect(waiting.size()).toBe(0);
  });
});
