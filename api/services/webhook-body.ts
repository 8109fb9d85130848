/** What is posted to a receiver, within its bound. Pure. */
import type { WebhookEndpointId } from '../../shared/contracts/ids.ts';
import type { SentEventType, WebhookEvent } from '../../shared/contracts/webhook.ts';
import type { ExecutionRow } from '../store/schema.ts';
import type { ToldResponse } from '../store/webhook-subject-store.ts';
import { toExecution, toSummary } from './execution-view.ts';

export type ExecutionEvent = {
  readonly type: SentEventType;
  /** When it came to pass. */
  readonly at: Date;
  readonly row: ExecutionRow;
  /** Whether the row was read without outputs, for they are too large. */
  readonly outputsOmitted: boolean;
};

/** The end of a response; a face says how it is shown. */
export type ResponseEventSubject = ToldResponse & Pick<ExecutionEvent, 'type' | 'at'>;

/** The event as JSON; in parts, where the whole has more than `bytesMax`. */
export function executionBody({ type, at, row, outputsOmitted }: ExecutionEvent, bytesMax: number): string {
  const event = (data: WebhookEvent['data']) =>
    JSON.stringify({ type, timestamp: at.toISOString(), data } satisfies WebhookEvent);
  const isWithin = (body: string) => Buffer.byteLength(body) <= bytesMax;
  if (!outputsOmitted) {
    const whole = event(toExecution(row));
    if (isWithin(whole)) return whole;
  }
  const summary = { ...toSummary(row), outputs_omitted: true } as const;
  const withCode = event({ ...summary, code: row.code });
  return isWithin(withCode) ? withCode : event({ ...summary, code_omitted: true });
}

export function testBody(endpointId: WebhookEndpointId, at: Date): string {
  const event: WebhookEvent = { type: 'webhook.test', timestamp: at.toISOString(), data: { endpoint_id: endpointId } };
  return JSON.stringify(event);
}
