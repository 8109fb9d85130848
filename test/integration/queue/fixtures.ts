/** Data of the queue's tests, and the Redis that a test file has from its first test to its last. */
import { afterAll, beforeAll, expect } from '@jest/globals';
import { ExecutionId, OrganizationId } from '../../../shared/contracts/ids.ts';
import type { ExecutionJob } from '../../../shared/contracts/job.ts';
import type { RunFinished } from '../../../shared/contracts/result.ts';
import type { WorkerStatus } from '../../../shared/contracts/worker-status.ts';
import { newId } from '../../../shared/platform/new-id.ts';
import { openRedis, whenReady, type ConnectionRole, type QueueRedis } from '../../../shared/queue/connection.ts';
import { startRedis, type TestRedis } from '../../helpers/redis.ts';

export const anExecutionId = () => ExecutionId.parse(newId('exec'));
const anOrganizationId = () => OrganizationId.parse(newId('org'));

export function aJob(job: Partial<ExecutionJob> = {}): ExecutionJob {
  return {
    version: 1,
    execution_id: anExecutionId(),
    organization_id: anOrganizationId(),
    generation: 1,
    code: 'print(1)',
    stdin: '',
    timeout_ms: 1_000,
    memory_mb: 512,
    isolation: 'organization',
    created_at_ms: 0,
    ...job,
  };
}

export function aReport(report: Partial<RunFinished> = {}): RunFinished {
  return {
    kind: 'finished',
    version: 1,
    execution_id: anExecutionId(),
    organization_id: anOrganizationId(),
    generation: 1,
    attempt: 1,
    worker_id: 'worker-1',
    started_at_ms: 0,
    finished_at_ms: 1,
    exit: { reason: 'ok', code: 0, signal: null },
    outputs: [],
    truncated: { stdout: false, stderr: false, outputs: false },
    usage: { queue_ms: 0, start_ms: 0, wall_ms: 1, cpu_ms: 1, memory_peak_bytes: 0 },
    ...report,
  };
}

export function aWorkerStatus(status: Partial<WorkerStatus> = {}): WorkerStatus {
  return {
    version: 1,
    worker_id: 'worker-1',
    host: 'localhost',
    service_version: '0.1.0',
    image_hash: 'abc',
    runtime: 'runc',
    slots: 2,
    busy: 0,
    sandboxes: { warm: 2, bound: 0, starting: 0 },
    engine: { healthy: true, version: null, detail: null },
    draining: false,
    paused: false,
    packages: null,
    started_at_ms: 0,
    beat_at_ms: 0,
    ...status,
  };
}

export const ignore = () => {};

/**
 * A server of the test file's own and a connection to it; there for tests, and for hooks that are named later.
 * @param role `blocking` where no outage is tested: a machine that stands still for a second is none
 */
export function givenRedis(role: ConnectionRole = 'command') {
  let opened: { readonly server: TestRedis; readonly redis: QueueRedis } | undefined;
  const present = () => {
    if (opened === undefined) throw new Error('there is no Redis before the first test');
    return opened;
  };

  beforeAll(async () => {
    const server = await startRedis();
    const redis = openRedis(server.url, role, ignore);
    opened = { server, redis };
    await whenReady(redis);
  });

  afterAll(async () => {
    opened?.redis.disconnect();
    await opened?.server.stop();
  });

  return {
    get server(): TestRedis {
      return present().server;
    },
    get redis(): QueueRedis {
      return present().redis;
    },
  };
}

/** Milliseconds that `work` takes to be refused because Redis is away; fails when it is not. */
export async function refusalMs(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await expect(work()).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE', retryAfterSeconds: 1 });
  return performance.now() - startedMs;
}
