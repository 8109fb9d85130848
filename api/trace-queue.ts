/** A span for every job that is put into the queue; the job carries it to the worker. */
import type { ExecutionJob } from '../shared/contracts/job.ts';
import type { Tracing } from '../shared/platform/spans.ts';

type Queue = { add(job: ExecutionJob): Promise<void> };

/** Its parent is the request that asked for the execution, however long ago: not the one that let it go now. */
export function traceQueue<Q extends Queue>(queue: Q, tracing: Tracing | undefined): Q {
  if (tracing === undefined) return queue;
  return {
    ...queue,
    add: (job) =>
      tracing.inSpan(
        {
          name: 'enqueue',
          kind: 'producer',
          parent: { traceparent: job.traceparent },
          fields: {
            'ci.execution.id': job.execution_id,
            'ci.organization.id': job.organization_id,
            'ci.execution.generation': job.generation,
          },
        },
        (span) => queue.add({ ...job, traceparent: span.traceparent }),
      ),
  };
}
