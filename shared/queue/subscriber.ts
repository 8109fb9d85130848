/** What other processes announce, over one connection for the whole process. */
import { openRedis, orUnavailable } from './connection.ts';
import { within } from '../platform/deadline.ts';
import type { Keyspace } from './keyspace.ts';
import { createListeners } from './listeners.ts';

const SUBSCRIBE_TIMEOUT_MS = 1_000;

export type SubscriberOptions = {
  readonly redisUrl: string;
  readonly keyspace: Pick<Keyspace, 'channels'>;
  /** `connection_failed`, `subscription_failed`. */
  readonly report: (event: string, detail: unknown) => void;
};

/**
 * Announcements are hints that may be lost, while the connection is away for instance: `onReconnect` tells when it is
 * back. Listeners must not throw.
 */
export function openSubscriber({ redisUrl, keyspace: { channels }, report }: SubscriberOptions) {
  const redis = openRedis(redisUrl, 'blocking', (error) => {
    report('connection_failed', error);
  });
  const reportSubscription = (error: unknown) => {
    report('subscription_failed', error);
  };
  const byChannel = new Map<string, ReturnType<typeof createListeners<string>>>();
  const reconnected = createListeners<undefined>();
  let connections = 0;

  const listenersOf = (channel: string) => {
    const listeners = byChannel.get(channel) ?? createListeners<string>();
    byChannel.set(channel, listeners);
    return listeners;
  };
  const done = listenersOf(channels.done);
  const cancel = listenersOf(channels.cancel);
  const workers = listenersOf(channels.workers);

  redis.on('message', (channel: string, message: string) => {
    byChannel.get(channel)?.call(message);
  });
  redis.on('ready', () => {
    connections += 1;
    const isAgain = connections > 1;
    // The client's own resubscription rejects where nobody can catch it when the connection is closed meanwhile.
    redis.subscribe(...byChannel.keys()).then(() => {
      if (isAgain) reconnected.call(undefined);
    }, reportSubscription);
  });

  return {
    /**
     * Wakes `listener` when new events of the execution are there, and after a reconnection.
     * @returns a function that ends it
     * @throws AppError QUEUE_UNAVAILABLE
     */
    async onEvents(executionId: string, listener: () => void): Promise<() => void> {
      const channel = channels.events(executionId);
      const stopListening = listenersOf(channel).add(listener);
      const stopReconnected = reconnected.add(listener);
      const stop = () => {
        stopReconnected();
        stopListening();
        if (byChannel.get(channel)?.size() !== 0) return;
        byChannel.delete(channel);
        redis.unsubscribe(channel).catch(reportSubscription);
      };
      try {
        await orUnavailable(() => within(SUBSCRIBE_TIMEOUT_MS, redis.subscribe(channel)));
      } catch (error) {
        stop();
        throw error;
      }
      return stop;
    },
    /** Every id that became final. */
    onDone: (listener: (executionId: string) => void): (() => void) =>
      done.add((message) => {
        for (const executionId of message.split(' ')) listener(executionId);
      }),
    /** Every id whose cancellation was asked for. */
    onCancel: (listener: (executionId: string) => void): (() => void) => cancel.add(listener),
    /** Every worker for which operators left word. */
    onWorkerCommand: (listener: (workerId: string) => void): (() => void) => workers.add(listener),
    /** The connection was lost and is back: whatever was announced meanwhile is unknown. */
    onReconnect: (listener: () => void): (() => void) => reconnected.add(listener),
    async close(): Promise<void> {
      redis.disconnect();
    },
  };
}

export type Subscriber = ReturnType<typeof openSubscriber>;
