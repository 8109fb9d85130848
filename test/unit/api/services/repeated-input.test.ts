import { describe, expect, it } from '@jest/globals';
import { insertedRow, newRow } from '../../../../api/services/new-execution.ts';
import { inputOf } from '../../../../api/services/repeated-input.ts';
import { CreateExecution } from '../../../../shared/contracts/execution.ts';
import { ExecutionId, FileId, OrganizationId } from '../../../../shared/contracts/ids.ts';
import { admitted } from '../../../helpers/admitted.ts';

const id = ExecutionId.parse(`exec_${'a'.repeat(20)}`);
const organizationId = OrganizationId.parse(`org_${'b'.repeat(20)}`);
const file_id = FileId.parse(`file_${'c'.repeat(20)}`);

function rowOf(body: object) {
  const files = [{ file_id, name: 'data.csv', sha256: '0'.repeat(64), size_bytes: 3 }];
  const row = newRow({ id, organizationId, ...admitted(body), defaults: { isolation: 'organization' }, files });
  return { ...insertedRow(row, new Date(0)), files };
}

describe('repeated input', () => {
  it('asks for the same as the request did, with every field that a request has', () => {
    const body = {
      ...{ code: 'x', language: 'python', stdin: 'in', timeout_ms: 5, memory_mb: 256, isolation: 'fresh' },
      ...{ figure_format: 'svg', metadata: { a: 'b' }, callback_url: 'https://example.com/hook' },
      ...{ files: [{ file_id, name: 'data.csv' }], cancel_on_disconnect: false },
    };
    expect(inputOf(rowOf(body))).toEqual(body);
    // Whose it is follows from the row.
    const fields = Object.keys(CreateExecution.shape).filter((name) => name !== 'organization_id');
    expect(Object.keys(body).sort()).toEqual(fields.sort());
  });

  it('leaves out what the request left out and cannot be null', () => {
    expect(inputOf(rowOf({ code: 'x' }))).not.toHaveProperty('callback_url');
  });
});
