/** What the document says of the events that the service itself sends. Pure. */
import type { ZodOpenApiObject } from 'zod-openapi';
import { z } from 'zod';
import { WebhookEvent } from '../shared/contracts/webhook.ts';
import { WEBHOOK_EVENT_EXAMPLES } from './openapi-examples.ts';

const header = (description: string) => z.string().describe(description);

export const SENT_EVENTS: NonNullable<ZodOpenApiObject['webhooks']> = {
  event: {
    post: {
      operationId: 'receiveEvent',
      tags: ['Webhooks'],
      summary: 'An event, posted to a receiver',
      description:
        'Signed as Standard Webhooks has it: verify it with one of its libraries before you use it. It may come more ' +
        'than once, with the same `webhook-id`.',
      security: [],
      requestParams: {
        header: z.object({
          'webhook-id': header('Id of the delivery: the same for every attempt.'),
          'webhook-timestamp': header('Seconds since 1970: when this attempt was signed.'),
          'webhook-signature': header('`v1,` and the signature; several with spaces between while a secret changes.'),
        }),
      },
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: WebhookEvent, examples: WEBHOOK_EVENT_EXAMPLES },
        },
      },
      responses: {
        '2XX': { description: 'Taken. Anything else, redirects among it, or no answer in 10 s, is tried again.' },
      },
    },
  },
};
