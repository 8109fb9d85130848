/** What executions of any organization show, as bytes or as they go; who looked is written down. */
import type { Origin } from '../../shared/contracts/audit.ts';
import { AppError } from '../../shared/contracts/errors.ts';
import type { ExecutionId, OrganizationId } from '../../shared/contracts/ids.ts';
import type { OperatorExecutionStore } from '../store/operator-execution-store.ts';
import type { Audit } from './audit.ts';
import type { EventStream, EventStreams, OpenOptions } from './event-streams.ts';
import type { ExecutionReading, OutputPlace } from './execution-reading.ts';
import type { Representation } from './output-content.ts';
import { createSeats } from './seats.ts';

export type OperatorOutputsDeps = {
  readonly store: Pick<OperatorExecutionStore, 'ownerOf'>;
  readonly reading: Pick<ExecutionReading, 'readOutput'>;
  readonly streams: Pick<EventStreams, 'open'>;
  readonly audit: Pick<Audit, 'record'>;
};

/** Streams that operators have open on one process. */
const STREAMS_MAX = 64;
const RETRY_AFTER_SECONDS = 5;

export function createOperatorOutputs({ store, reading, streams, audit }: OperatorOutputsDeps) {
  const seats = createSeats(STREAMS_MAX);

  async function owner(id: ExecutionId): Promise<OrganizationId> {
    const organizationId = await store.ownerOf(id);
    if (organizationId === undefined) throw new AppError('NOT_FOUND', 'There is no such execution.');
    return organizationId;
  }

  return {
    /** @throws AppError NOT_FOUND, EXECUTION_RUNNING, VALIDATION_ERROR */
    async read(place: OutputPlace, mediaType: string | undefined, origin: Origin): Promise<Representation> {
      const organizationId = await owner(place.id);
      const found = await reading.readOutput(organizationId, place, mediaType);
      const act = { action: 'output.read', outcome: 'done', details: { output: place.n } } as const;
      await audit.record({ ...origin, ...act, organizationId, targetId: place.id });
      return found;
    },

    /**
     * Takes none of the organization's streams: who looks on must not keep it from looking.
     * @returns undefined when the client has seen the end
     * @throws AppError NOT_FOUND, TOO_MANY_STREAMS, QUEUE_UNAVAILABLE
     */
    async follow(id: ExecutionId, options: OpenOptions, origin: Origin): Promise<EventStream | undefined> {
      const organizationId = await owner(id);
      const place = seats.enter();
      if (place === undefined) throw tooManyStreams();
      const stream = await streams.open(organizationId, id, { ...options, place });
      try {
        await audit.record({ ...origin, action: 'execution.follow', outcome: 'done', organizationId, targetId: id });
      } catch (error) {
        stream?.close();
        throw error;
      }
      return stream;
    },
    /** Streams that operators have open on this process. */
    streamCount: seats.size,
  };
}

function tooManyStreams(): AppError {
  const message = `Operators have ${String(STREAMS_MAX)} streams of executions open, which is the most allowed.`;
  return new AppError('TOO_MANY_STREAMS', message, {
    details: { limit: STREAMS_MAX },
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

export type OperatorOutputs = ReturnType<typeof createOperatorOutputs>;
