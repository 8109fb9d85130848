import { describe, expect, it } from '@jest/globals';
import { responseBody } from '../../../../api/faces/own-webhook.ts';
import type { ToldResponse } from '../../../../api/store/webhook-subject-store.ts';
import { OrganizationId, ResponseId } from '../../../../shared/contracts/ids.ts';
import type { ResponseItem } from '../../../../shared/contracts/response-item.ts';
import { WebhookEvent } from '../../../../shared/contracts/webhook.ts';

const AT = new Date('2026-01-01T12:00:00.000Z');

function aResponse(output: string, text: string): ToldResponse['row'] {
  const items: ResponseItem[] = [
    {
      ...{ type: 'code_interpreter_call', id: 'ci_1', status: 'completed', code: 'code', execution_id: null },
      outputs: [{ type: 'text', text: output }],
    },
    {
      ...{ type: 'message', id: 'msg_1', status: 'completed', role: 'assistant' },
      content: [{ type: 'output_text', text }],
    },
  ];
  return {
    id: ResponseId.parse(`resp_${'a'.repeat(20)}`),
    organization_id: OrganizationId.parse(`org_${'b'.repeat(20)}`),
    ...{ assistant_id: null, previous_response_id: null, thread_id: null, model: 'direct' },
    ...{ status: 'completed', background: false, steps: 1, input_tokens: 3, output_tokens: 4, fault: null },
    request: {
      ...{ code: { mode: 'auto', outputs: true }, instructions: null, guidance: '', temperature: null },
      ...{ outputTokensMax: null, stepsMax: 10, live: false },
    },
    ...{ warnings: [], metadata: {}, created_at: AT, started_at: AT, completed_at: AT },
    ...{ cancel_requested_at: null, heartbeat_at: AT, attempt: 0 },
    items,
  };
}

function bodyOf(row: ToldResponse['row'], bytesMax: number, callsOmitted = false): string {
  return responseBody({ type: 'response.completed', at: AT, row, callsOmitted }, bytesMax);
}
const dataOf = (body: string) => WebhookEvent.parse(JSON.parse(body)).data;

describe('webhook body of a response', () => {
  it('is whole at its limit and has messages alone one byte below', () => {
    const row = aResponse('ü'.repeat(1_000), 'Done.');
    const bytes = Buffer.byteLength(bodyOf(row, 100_000));
    const whole = dataOf(bodyOf(row, bytes));
    expect(whole).toMatchObject({ output: [{ type: 'code_interpreter_call' }, { type: 'message' }] });
    expect(whole).not.toHaveProperty('calls_omitted');
    const less = dataOf(bodyOf(row, bytes - 1));
    expect(less).toMatchObject({ calls_omitted: true, output: [{ type: 'message' }], usage: { total_tokens: 7 } });
    expect(less).not.toHaveProperty('output_omitted');
  });

  it('has no output where the messages are too large', () => {
    const data = dataOf(bodyOf(aResponse('', 'x'.repeat(5_000)), 3_000));
    expect(data).toMatchObject({ calls_omitted: true, output_omitted: true, status: 'completed' });
    expect(data).not.toHaveProperty('output');
  });

  it('says that calls are left out where they were not read', () => {
    const row = aResponse('', 'Done.');
    const messages = { ...row, items: row.items.slice(1) };
    expect(dataOf(bodyOf(messages, 10_000, true))).toMatchObject({
      calls_omitted: true,
      output: [{ type: 'message' }],
    });
  });
});
