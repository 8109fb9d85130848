/** Posting results to receivers: endpoints, what is sent to them, and the log of it. */
import { z } from 'zod';
import { Execution } from './execution.ts';
import { ExecutionId, OrganizationId, ResponseId, WebhookDeliveryId, WebhookEndpointId } from './ids.ts';
import {
  WEBHOOK_ATTEMPTS_KEPT_MAX,
  WEBHOOK_DESCRIPTION_CHARACTERS_MAX,
  WEBHOOK_OVERLAP_SECONDS_DEFAULT,
  WEBHOOK_OVERLAP_SECONDS_MAX,
} from './limits.ts';
import { Response } from './response.ts';
import { storableText } from './text.ts';
import { WebhookUrl } from './webhook-url.ts';

const Time = z.iso.datetime();

/** What an endpoint can ask for. */
export const WEBHOOK_EVENT_TYPES = [
  ...['execution.completed', 'execution.failed', 'execution.cancelled'],
  ...['response.completed', 'response.incomplete', 'response.failed', 'response.cancelled'],
] as const;
export const WebhookEventType = z.enum(WEBHOOK_EVENT_TYPES);
export type WebhookEventType = z.infer<typeof WebhookEventType>;

/** What can be sent: a test is sent when somebody asks for one. */
export const SentEventType = z.enum([...WEBHOOK_EVENT_TYPES, 'webhook.test']);
export type SentEventType = z.infer<typeof SentEventType>;

export const EndpointStatus = z
  .enum(['enabled', 'disabled', 'failing'])
  .describe('`failing`: switched off by the service after days without a success; set it to `enabled` again.');
export type EndpointStatus = z.infer<typeof EndpointStatus>;

export const DeliveryStatus = z.enum(['pending', 'delivered', 'failed']);
export type DeliveryStatus = z.infer<typeof DeliveryStatus>;

/** Why an attempt failed. */
export const DeliveryError = z.enum([
  'url_refused',
  'address_refused',
  'name_not_found',
  'connection_failed',
  'tls_failed',
  'timed_out',
  'redirected',
  'status',
  'broken_answer',
  'endpoint_disabled',
]);
export type DeliveryError = z.infer<typeof DeliveryError>;

const Events = z
  .array(WebhookEventType)
  .min(1)
  .max(WEBHOOK_EVENT_TYPES.length)
  .refine((events) => new Set(events).size === events.length, { error: 'must not name an event twice' });

const Description = storableText(WEBHOOK_DESCRIPTION_CHARACTERS_MAX * 4).pipe(
  z.string().max(WEBHOOK_DESCRIPTION_CHARACTERS_MAX),
);

export const CreateWebhookEndpoint = z
  .strictObject({
    url: WebhookUrl,
    events: Events.optional().describe('All that there are when it is made, if left out.'),
    description: Description.optional(),
  })
  .meta({ id: 'CreateWebhookEndpoint' });
export type CreateWebhookEndpoint = z.infer<typeof CreateWebhookEndpoint>;

export const ChangeWebhookEndpoint = z
  .strictObject({
    url: WebhookUrl.optional(),
    events: Events.optional(),
    description: Description.optional(),
    status: z.enum(['enabled', 'disabled']).optional(),
  })
  .meta({ id: 'ChangeWebhookEndpoint' });
export type ChangeWebhookEndpoint = z.infer<typeof ChangeWebhookEndpoint>;

export const RotateWebhookSecret = z
  .strictObject({
    overlap_s: z
      .int()
      .min(0)
      .max(WEBHOOK_OVERLAP_SECONDS_MAX)
      .default(WEBHOOK_OVERLAP_SECONDS_DEFAULT)
      .describe('Seconds for which events are signed with the old secret too.'),
  })
  .meta({ id: 'RotateWebhookSecret' });

export const WebhookEndpoint = z
  .strictObject({
    id: WebhookEndpointId,
    object: z.literal('webhook.endpoint'),
    organization_id: OrganizationId,
    url: z.string(),
    events: z.array(WebhookEventType),
    description: z.string(),
    status: EndpointStatus,
    previous_until: Time.nullable().describe('Until when events are signed with the secret before this one too.'),
    failing_since: Time.nullable().describe('When the first delivery failed since the last that succeeded.'),
    created_at: Time,
  })
  .meta({ id: 'WebhookEndpoint' });
export type WebhookEndpoint = z.infer<typeof WebhookEndpoint>;

const secret = z.string().meta({ description: 'Shown in this answer alone.', example: 'whsec_…' });

export const WebhookEndpointWithSecret = WebhookEndpoint.extend({ secret }).meta({ id: 'WebhookEndpointWithSecret' });
export type WebhookEndpointWithSecret = z.infer<typeof WebhookEndpointWithSecret>;

/** What signs the events that go to a `callback_url`. */
export const WebhookSecret = z
  .strictObject({
    object: z.literal('webhook.secret'),
    secret: z.string(),
    previous_until: Time.nullable().describe('Until when events are signed with the secret before this one too.'),
  })
  .meta({ id: 'WebhookSecret' });
export type WebhookSecret = z.infer<typeof WebhookSecret>;

const EndedAttempt = z.strictObject({
  at: Time.describe('When it began.'),
  duration_ms: z.number(),
  response_status: z.int().nullable().describe('`null` where none came.'),
  error: DeliveryError.nullable().describe('`null`: delivered.'),
});
export type EndedAttempt = Readonly<z.infer<typeof EndedAttempt>>;

export const WebhookDelivery = z
  .strictObject({
    id: WebhookDeliveryId.describe('Sent as `webhook-id`; the same for every attempt.'),
    object: z.literal('webhook.delivery'),
    organization_id: OrganizationId,
    endpoint_id: WebhookEndpointId.nullable().describe('`null`: the `callback_url` of an execution.'),
    execution_id: ExecutionId.nullable().describe('`null` where it is about no execution.'),
    response_id: ResponseId.nullable().describe('`null` where it is about no response.'),
    event_type: SentEventType,
    url: z.string(),
    status: DeliveryStatus,
    attempts: z.int(),
    next_attempt_at: Time.nullable(),
    last_attempt: z
      .strictObject({
        at: Time,
        duration_ms: z.number().nullable().describe('`null` while it is under way.'),
        response_status: z.int().nullable(),
        response_excerpt: z.string().nullable().describe('How the answer begins, without control characters.'),
        error: DeliveryError.nullable(),
      })
      .nullable(),
    attempt_history: z
      .array(EndedAttempt)
      .readonly()
      .describe(
        `Attempts that have ended, the oldest first: the newest ${String(WEBHOOK_ATTEMPTS_KEPT_MAX)}. One that went down with its process is not among them.`,
      ),
    created_at: Time,
    delivered_at: Time.nullable(),
  })
  .meta({ id: 'WebhookDelivery' });
export type WebhookDelivery = z.infer<typeof WebhookDelivery>;

/** What a receiver gets. */
export const WebhookEvent = z
  .strictObject({
    type: SentEventType,
    timestamp: Time.describe('When it came to pass, not when it is sent.'),
    data: z.union([
      Execution.partial({ code: true, stdout: true, stderr: true, outputs: true }).extend({
        outputs_omitted: z
          .literal(true)
          .optional()
          .describe('The event is too large with outputs, `stdout` and `stderr`: read the execution.'),
        code_omitted: z.literal(true).optional().describe('It is too large with the code too.'),
      }),
      Response.partial({ output: true }).extend({
        calls_omitted: z
          .literal(true)
          .optional()
          .describe('The event is too large with the code that ran: `output` holds messages alone; read the response.'),
        output_omitted: z.literal(true).optional().describe('It is too large with the messages too.'),
      }),
      z.strictObject({ endpoint_id: WebhookEndpointId }).describe('Of a test.'),
    ]),
  })
  .meta({ id: 'WebhookEvent' });
export type WebhookEvent = z.infer<typeof WebhookEvent>;
