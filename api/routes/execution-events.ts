/** `GET /v1/executions/{id}/events`: an execution as it goes, from wherever the client left off. */
import type { ExecutionId, OrganizationId } from '../../shared/contracts/ids.ts';
import { defineRoute, type Answer, type Route } from '../http/define-route.ts';
import type { EventStreams, OpenOptions } from '../services/event-streams.ts';
import { EVENTS_DESCRIPTION, ExecutionParams } from './answers.ts';

type Streams = Pick<EventStreams, 'open'>;

export function createEventsRoute(streams: Streams): Route {
  return defineRoute({
    scope: 'executions',
    method: 'get',
    path: '/v1/executions/{id}/events',
    operationId: 'streamExecutionEvents',
    summary: 'Follow an execution',
    description:
      'Works before, during and after the run. After the run the events are rebuilt from the stored outputs.',
    params: ExecutionParams,
    requestHeaders: [{ name: 'Last-Event-ID', description: 'The id of the last event received: goes on after it.' }],
    answers: [
      { status: 200, description: 'Live events.', events: EVENTS_DESCRIPTION },
      { status: 204, description: 'The client has received the last event already.' },
    ],
    errors: ['NOT_FOUND', 'TOO_MANY_STREAMS', 'QUEUE_UNAVAILABLE', 'DATABASE_UNAVAILABLE'],
    handle: ({ organizationId, params, header, signal }) =>
      eventsAnswer(streams, organizationId, params.id, { signal, lastEventId: header('last-event-id') }),
  });
}

async function eventsAnswer(
  streams: Streams,
  organizationId: OrganizationId,
  id: ExecutionId,
  options: OpenOptions,
): Promise<Answer> {
  const stream = await streams.open(organizationId, id, options);
  if (stream === undefined) return { kind: 'empty', status: 204 };
  return { kind: 'events', events: stream.events, onEnd: stream.close };
}
