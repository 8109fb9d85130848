/** The worker's spans: a job from taken to reported, and within it the run in its sandbox. */
import type { PostedReport } from '../shared/contracts/packed-json.ts';
import { statusOf } from '../shared/contracts/statuses.ts';
import type { Tracing } from '../shared/platform/spans.ts';
import type { Run } from '../shared/queue/execution-consumer.ts';
import type { Lease, PoolRequest } from './pool/pool.ts';

type Process = (run: Run) => Promise<void>;
type Acquire = (request: PoolRequest, signal: AbortSignal) => Promise<Lease>;
type Results = { readonly post: (report: PostedReport, signal?: AbortSignal) => Promise<void> };

/** Where tracing is off, everything is given back as it is. */
export function createWorkerTracing(tracing: Tracing | undefined, workerId: string) {
  return {
    /** A span for each job, in the trace that its api began. */
    jobs(process: Process): Process {
      if (tracing === undefined) return process;
      return (run) =>
        tracing.inSpan(
          {
            name: 'job',
            kind: 'consumer',
            parent: { traceparent: run.job.traceparent },
            fields: {
              'ci.execution.id': run.job.execution_id,
              'ci.organization.id': run.job.organization_id,
              'ci.execution.generation': run.job.generation,
              'ci.execution.attempt': run.attempt,
              'ci.worker.id': workerId,
            },
          },
          (span) =>
            process({
              ...run,
              handBack(reason) {
                span.set({ 'ci.job.handed_back': reason });
                run.handBack(reason);
              },
            }),
        );
    },

    /** A span for each run of code. */
    runs(acquire: Acquire): Acquire {
      if (tracing === undefined) return acquire;
      return async (request, signal) => {
        const lease = await acquire(request, signal);
        const { sandbox } = lease;
        const run: typeof sandbox.run = (...args) =>
          tracing.inSpan(
            { name: 'run', kind: 'internal', parent: 'here', fields: { 'container.id': sandbox.id } },
            () => sandbox.run(...args),
          );
        return { ...lease, sandbox: { ...sandbox, run } };
      };
    },

    /** Tells the job's span how the execution ended. */
    ends(results: Results): Results {
      if (tracing === undefined) return results;
      return {
        async post(report, signal) {
          if (report.kind === 'finished') tracing.current()?.set(fieldsOf(report));
          await results.post(report, signal);
        },
      };
    },
  };
}

function fieldsOf({ exit, usage }: Extract<PostedReport, { kind: 'finished' }>) {
  return {
    'ci.execution.status': statusOf(exit.reason),
    'ci.execution.exit_reason': exit.reason,
    'ci.execution.queue_ms': usage.queue_ms,
    'ci.execution.start_ms': usage.start_ms,
    'ci.execution.wall_ms': usage.wall_ms,
  };
}
