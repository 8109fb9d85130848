/** Puts the worker together from its parts and takes it apart again in order. */
import { randomUUID } from 'node:crypto';
import { createLifecycle, type Lifecycle } from '../shared/platform/lifecycle.ts';
import type { Log } from '../shared/platform/log.ts';
import { openTracing } from '../shared/platform/tracing.ts';
import { openExecutionConsumer } from '../shared/queue/execution-consumer.ts';
import type { WorkerConfig } from './config.ts';
import { createFilesSide } from './files-side.ts';
import { startAdmission } from './jobs/admission.ts';
import { startEngineWatch } from './jobs/engine-watch.ts';
import { startHeartbeat } from './jobs/heartbeat.ts';
import { startImageWatch } from './jobs/image-watch.ts';
import { startOperatorHold } from './jobs/operator-hold.ts';
import { createProcessExecution } from './jobs/process-execution.ts';
import { createRunning } from './jobs/running.ts';
import { logEnds } from './log-ends.ts';
import { openWorkerMetrics } from './metrics.ts';
import { createPool, type Pool } from './pool/pool.ts';
import { openQueueSide } from './queue-side.ts';
import { createDocker } from './sandbox/docker.ts';
import { createSandboxFactory, type SandboxFactory } from './sandbox/factory.ts';
import { createLeftovers } from './sandbox/leftovers.ts';
import { createStatus } from './status.ts';
import { createWorkerTracing } from './tracing.ts';

export type WorkerDeps = {
  readonly config: WorkerConfig;
  readonly log: Log;
  /** The seccomp profile as JSON text. */
  readonly seccomp: string;
};

/** Connects and starts everything; resolves when jobs are taken, or will be as soon as the engine answers. */
export async function startWorker({ config, log: processLog, seccomp }: WorkerDeps) {
  const workerId = `worker_${randomUUID()}`;
  const log = processLog.child({ workerId });
  const halted = new AbortController();
  const running = createRunning();
  const report = reporter(log);
  const lifecycle = createLifecycle((name, error) => {
    log.error({ err: error, name }, 'could not close');
  });

  const tracing = await openTracing({ settings: config.tracing, service: 'worker', log, lifecycle });
  const traced = createWorkerTracing(tracing, workerId);
  const queue = await openQueueSide(config, lifecycle, report);
  const { deployment, heartbeats, results, backlog, cancels, events } = queue;
  queue.subscriber.onCancel(running.cancel);
  // Whatever was announced while the connection was away is unknown: the markers tell.
  queue.subscriber.onReconnect(() => void running.cancelRequested(cancels.isRequested));

  const metrics = await openWorkerMetrics(config.metrics, lifecycle, log);
  const docker = createDocker(config.dockerSocket);
  const factory = createSandboxFactory({ docker, report }, { ...config, seccomp, deployment, workerId });
  const pool = createPool({ start: metrics.countStarts(factory.start), now: Date.now, report }, config);
  const changed = () => {
    admission.look();
    heartbeat.tell();
  };
  const engine = startEngineWatch({
    ping: docker.ping,
    version: docker.version,
    problem: pool.problem,
    onChange: (health) => {
      report(health.healthy ? 'sandboxes can be started' : 'sandboxes cannot be started', health);
      changed();
    },
  });
  const hold = openHold(queue.commandsOf(workerId), lifecycle, report, changed);
  const status = createStatus({ config, workerId, running, pool, engine, factory, isHeld: hold.isHeld });
  metrics.observe(status.read);
  const heartbeat = startHeartbeat({ status: status.read, beat: heartbeats.beat, leave: heartbeats.leave });
  // It beats until the last container is gone: other workers of this host remove what nobody alive owns.
  lifecycle.onClose('heartbeat', heartbeat.stop);
  const image = watchImage(factory, pool, report);
  const leftovers = createLeftovers({
    docker,
    deployment,
    workerId,
    isInUse: factory.isInUse,
    liveWorkers: heartbeats.ids,
    now: Date.now,
    report,
  });
  lifecycle.onClose('leftovers of its own', leftovers.removeOwn);
  lifecycle.onClose('pool', pool.close);
  lifecycle.onClose('image watch', image.stop);
  lifecycle.onClose('engine watch', engine.stop);

  const processExecution = createProcessExecution({
    workerId,
    isolation: config.isolation,
    ...createFilesSide({
      config,
      acquire: traced.runs(pool.acquire),
      setMemory: factory.setMemory,
      lifecycle,
      metrics,
      report,
    }),
    running,
    cancels,
    results: traced.ends(logEnds(log, metrics.countRuns(results))),
    events,
    halted: halted.signal,
    report,
    newToken: randomUUID,
    now: Date.now,
  });
  const consumer = openExecutionConsumer({ ...config, process: traced.jobs(processExecution), report });
  lifecycle.onClose('consumer', consumer.close);
  const admission = startAdmission({
    consumer,
    isEngineHealthy: () => engine.health().healthy,
    isHeld: hold.isHeld,
    backlog: backlog.size,
    backlogMax: config.backlogMax,
    report,
  });
  lifecycle.onClose('admission', admission.stop);
  lifecycle.onClose('leftovers', leftovers.stop);

  pool.open();
  consumer.start();
  leftovers.start();

  return {
    /**
     * Takes no new job, lets running ones end by themselves within their limits, removes every container.
     * @param now ends running code at once; its jobs are handed back and run again elsewhere, or after a restart
     */
    async stop(now: boolean): Promise<void> {
      status.drain();
      heartbeat.tell();
      if (now) halted.abort(new Error('The worker stops'));
      await lifecycle.close();
    },
  };
}

type Report = (event: string, detail: unknown) => void;

function reporter(log: Log): Report {
  return (event, detail) => {
    const isFailure = detail instanceof Error || (typeof detail === 'object' && detail !== null && 'error' in detail);
    log[isFailure ? 'warn' : 'info']({ detail }, event);
  };
}

type Commands = Omit<Parameters<typeof startOperatorHold>[0], 'onChange'>;

function openHold(commands: Commands, lifecycle: Lifecycle, report: Report, changed: () => void) {
  const hold = startOperatorHold({
    ...commands,
    onChange: (isHeld) => {
      report(isHeld ? 'held by operators' : 'let go by operators', {});
      changed();
    },
  });
  lifecycle.onClose('operator hold', hold.stop);
  return hold;
}

function watchImage(factory: SandboxFactory, pool: Pool, report: Report) {
  return startImageWatch({
    currentId: factory.readImageId,
    usedId: () => factory.contents().imageId,
    onChange: () => {
      report('the sandbox image changed', {});
      factory.lookAgain();
      pool.renew();
    },
  });
}
