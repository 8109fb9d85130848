/** The queue of deliveries whose time has come: where to and signed with what is looked up when a job is taken. */
import { WebhookDeliveryId } from '../contracts/ids.ts';
import { openIdConsumer, openIdQueue, type IdConsumerOptions, type IdQueueOptions } from './id-queue.ts';
import { WEBHOOKS_QUEUE } from './keyspace.ts';

export type WebhookQueueOptions = Omit<IdQueueOptions, 'name'>;

/** Every function throws AppError QUEUE_UNAVAILABLE when Redis is away; what was asked may have happened all the same. */
export function openWebhookQueue(options: WebhookQueueOptions) {
  const queue = openIdQueue({ ...options, name: WEBHOOKS_QUEUE });
  return {
    ...queue,
    /** Ids that are already in the queue stay as they are. */
    add: (ids: readonly WebhookDeliveryId[]): Promise<void> => queue.add(ids),
  };
}

export type WebhookConsumerOptions = Omit<IdConsumerOptions, 'name' | 'process'> & {
  /** Never rejects: the row tells what came of it. */
  readonly process: (id: WebhookDeliveryId) => Promise<void>;
};

export function openWebhookConsumer({ process, ...options }: WebhookConsumerOptions) {
  return openIdConsumer({
    ...options,
    name: WEBHOOKS_QUEUE,
    async process(text) {
      const id = WebhookDeliveryId.safeParse(text);
      if (id.success) await process(id.data); // else a later version's; its row is put in again
    },
  });
}
