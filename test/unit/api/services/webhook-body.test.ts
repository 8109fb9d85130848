import { describe, expect, it } from '@jest/globals';
import type { Output } from '../../../../shared/contracts/execution.ts';
import { ExecutionId, OrganizationId, WebhookEndpointId } from '../../../../shared/contracts/ids.ts';
import { WebhookEvent } from '../../../../shared/contracts/webhook.ts';
import { insertedRow, newRow } from '../../../../api/services/new-execution.ts';
import { executionBody, testBody } from '../../../../api/services/webhook-body.ts';
import { toExecution } from '../../../../api/services/execution-view.ts';

const AT = new Date('2026-01-01T12:00:00.000Z');

function aRow(code: string, text: string) {
  const outputs: Output[] = [{ type: 'text', stream: 'stdout', text }];
  const row = newRow({
    id: ExecutionId.parse(`exec_${'a'.repeat(20)}`),
    organizationId: OrganizationId.parse(`org_${'b'.repeat(20)}`),
    input: { code, language: 'python', cancel_on_disconnect: false },
    admitted: { timeoutMs: 1_000, memoryMib: 512, isolation: null },
    defaults: { isolation: 'fresh' },
  });
  return { ...insertedRow(row, AT), status: 'completed' as const, exit_reason: 'ok' as const, outputs };
}

const bodyOf = (row: ReturnType<typeof aRow>, bytesMax: number, outputsOmitted = false) =>
  executionBody({ type: 'execution.completed', at: AT, row, outputsOmitted }, bytesMax);

describe('webhook body', () => {
  it('is the execution as reading it shows it', () => {
    const row = aRow('code', 'text');
    const { data, ...event } = WebhookEvent.parse(JSON.parse(bodyOf(row, 10_000)));
    expect(event).toEqual({ type: 'execution.completed', timestamp: '2026-01-01T12:00:00.000Z' });
    expect(data).toEqual(toExecution(row));
  });

  it('is whole at its limit and without outputs one byte below', () => {
    const row = aRow('code', 'ü'.repeat(1_000));
    const bytes = Buffer.byteLength(bodyOf(row, 100_000));
    expect(JSON.parse(bodyOf(row, bytes)).data).not.toHaveProperty('outputs_omitted');
    const { data } = WebhookEvent.parse(JSON.parse(bodyOf(row, bytes - 1)));
    expect(data).toMatchObject({ outputs_omitted: true, code: 'code', status: 'completed' });
    for (const name of ['stdout', 'stderr', 'outputs']) expect(data).not.toHaveProperty(name);
  });

  it('has no code either where that is too large', () => {
    const row = aRow('c'.repeat(5_000), '');
    const { data } = WebhookEvent.parse(JSON.parse(bodyOf(row, 3_000)));
    expect(data).toMatchObject({ outputs_omitted: true, code_omitted: true, id: row.id });
    expect(data).not.toHaveProperty('code');
  });

  it('says that outputs are left out where they were not read', () => {
    expect(JSON.parse(bodyOf({ ...aRow('code', ''), outputs: [] }, 10_000, true)).data).toMatchObject({
      outputs_omitted: true,
    });
  });

  it('of a test names the endpoint', () => {
    const id = WebhookEndpointId.parse(`hook_${'c'.repeat(20)}`);
    expect(WebhookEvent.parse(JSON.parse(testBody(id, AT)))).toEqual({
      type: 'webhook.test',
      timestamp: '2026-01-01T12:00:00.000Z',
      data: { endpoint_id: id },
    });
  });
});
