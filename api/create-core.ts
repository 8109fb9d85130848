/** Wires what the other services stand on: who waits, what has ended, what is dispatched, cancelled and followed. */
import type { Config } from './config.ts';
import type { Report } from './create-reporter.ts';
import type { ApiMetrics } from './metrics.ts';
import type { Queues, Stores } from './open-adapters.ts';
import { createCancellation } from './services/cancellation.ts';
import { createConclusion } from './services/conclusion.ts';
import { createDispatcher } from './services/dispatcher.ts';
import { createEventStreams } from './services/event-streams.ts';
import { createPackages } from './services/packages.ts';
import { createWaiting } from './services/waiting.ts';

type CoreDeps = {
  readonly config: Pick<Config, 'EVENT_STREAMS_MAX'>;
  readonly stores: Pick<Stores, 'executions' | 'dispatch'>;
  readonly queues: Queues;
  readonly metrics: Pick<ApiMetrics, 'onCancelled'>;
  readonly report: Report;
};

export function createCore({ config, stores, queues, metrics, report }: CoreDeps) {
  const waiting = createWaiting({
    store: stores.executions,
    onDone: (listener) => queues.subscriber.onDone(listener),
  });
  const conclusion = createConclusion({ ...queues, wakeLocal: waiting.wake });
  const dispatcher = createDispatcher({
    store: stores.dispatch,
    queue: queues.queue,
    fairIndex: queues.fairIndex,
    events: queues.eventWriter,
    conclusion,
    report,
  });
  const cancellation = createCancellation({
    ...queues,
    store: stores.executions,
    conclusion,
    dispatcher,
    waiting,
    onCancelled: metrics.onCancelled,
    report,
  });
  const streams = createEventStreams({
    store: stores.executions,
    reader: queues.eventReader,
    onEvents: (id, listener) => queues.subscriber.onEvents(id, listener),
    waiting,
    streamsMax: config.EVENT_STREAMS_MAX,
    report,
  });
  const packages = createPackages(queues);
  return { waiting, conclusion, dispatcher, cancellation, streams, packages };
}
