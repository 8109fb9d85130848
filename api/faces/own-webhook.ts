/** The end of a response as receivers get it, within its bound. Pure. */
import type { WebhookEvent } from '../../shared/contracts/webhook.ts';
import type { ResponseEventSubject } from '../services/webhook-body.ts';
import { toResponseSummary } from '../services/responses/response-view.ts';
import { toOwnResponse, toOwnSummary } from './own-response.ts';

/** The event as JSON: the response as reading it shows it; in parts, where the whole has more than `bytesMax`. */
export function responseBody({ type, at, row, callsOmitted }: ResponseEventSubject, bytesMax: number): string {
  const event = (data: WebhookEvent['data']) =>
    JSON.stringify({ type, timestamp: at.toISOString(), data } satisfies WebhookEvent);
  const isWithin = (body: string) => Buffer.byteLength(body) <= bytesMax;
  const summary = toResponseSummary(row);
  if (!callsOmitted) {
    const whole = event(toOwnResponse({ ...summary, items: row.items }));
    if (isWithin(whole)) return whole;
  }
  const messages = row.items.filter(({ type: kind }) => kind === 'message');
  const withMessages = event({ ...toOwnResponse({ ...summary, items: messages }), calls_omitted: true });
  if (isWithin(withMessages)) return withMessages;
  return event({ ...toOwnSummary(summary), calls_omitted: true, output_omitted: true });
}
