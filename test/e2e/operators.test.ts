/** What operators do to workers and queue, with real processes and containers. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OperatorWorkerList, type OperatorWorker } from '../../shared/contracts/operator-worker.ts';
import { QueueState } from '../../shared/contracts/operator-queue.ts';
import { containersOf } from '../helpers/engine.ts';
import { eventually } from '../helpers/eventually.ts';
import { ADMIN_TOKEN } from '../helpers/operator.ts';
import { startService, type Service } from '../helpers/service.ts';

const PATIENT = { timeoutMs: 30_000, intervalMs: 50 };
const UNTIL_CANCELLED = 'import time\nprint("runs", flush=True)\nwhile True: time.sleep(0.05)';

let service: Service;

beforeAll(async () => {
  service = await startService({ workers: 2, slots: 1, env: { ADMIN_TOKEN } });
}, 120_000);

afterAll(() => service.stop(), 60_000);

const operator = async (path: string, method = 'GET') => {
  const { status, body } = await service.call(`/admin/api${path}`, { key: ADMIN_TOKEN, method });
  if (status !== 200) throw new Error(`${path}: ${JSON.stringify(body)}`);
  return body;
};
const workers = async () => OperatorWorkerList.parse(await operator('/workers')).data;
const stateOf = async (id: string) => (await workers()).find((worker) => worker.id === id)?.state;

async function submit(code: string): Promise<string> {
  const { status, body } = await service.call('/v1/executions', { body: { code } });
  expect(status).toBe(202);
  return String(Object(body).id);
}

const statusOf = async (id: string) => (await service.read(id)).status;
const workerOf = async (id: string) => String(Object(await operator(`/executions/${id}`)).worker_id);

/** The worker that runs the execution, once it runs. */
async function whereItRuns(id: string): Promise<string> {
  await service.reaches(id, 'running');
  return workerOf(id);
}

describe('operators: drain a worker', () => {
  it('runs nothing new on it, not even when it alone is free, while what it runs goes on', async () => {
    const first = await submit(UNTIL_CANCELLED);
    const held = await whereItRuns(first);
    await operator(`/workers/${held}/drain`, 'POST');
    expect(await stateOf(held)).toBe('paused');
    expect(await statusOf(first)).toBe('running');

    const second = await submit(UNTIL_CANCELLED);
    const other = await whereItRuns(second);
    expect(other).not.toBe(held);
    await service.call(`/v1/executions/${first}/cancel`, { method: 'POST' });
    await eventually(async () => (await workers()).find(({ id }) => id === held)?.busy === 0, PATIENT);
    const third = await submit('print(3)');
    await service.call(`/v1/executions/${second}/cancel`, { method: 'POST' });
    await service.reaches(third, 'completed');
    expect(await workerOf(third)).toBe(other);

    await operator(`/workers/${held}/resume`, 'POST');
    expect(await stateOf(held)).toBe('taking');
  });

  it('lets executions wait while all are drained, and runs them once they are let go', async () => {
    const all: OperatorWorker[] = await workers();
    for (const { id } of all) await operator(`/workers/${id}/drain`, 'POST');
    await eventually(async () => QueueState.parse(await operator('/queue')).slots === 0, PATIENT);
    const id = await submit('print(1)');
    expect(await statusOf(id)).toBe('queued');
    for (const worker of all) await operator(`/workers/${worker.id}/resume`, 'POST');
    await service.reaches(id, 'completed');
  });
});

describe('operators: an execution', () => {
  it('shows the container in which its code runs, and ran', async () => {
    const id = await submit(UNTIL_CANCELLED);
    const worker = await whereItRuns(id);
    const container = String(Object(await operator(`/executions/${id}`)).container_id);
    expect(container).toMatch(/^[0-9a-f]{12}$/);
    expect((await containersOf([worker])).filter((one) => one.id.startsWith(container))).toHaveLength(1);
    await service.call(`/v1/executions/${id}/cancel`, { method: 'POST' });
    await service.reaches(id, 'cancelled');
    expect(await operator(`/executions/${id}`)).toMatchObject({ container_id: container });
  });
});

describe('operators: pause the queue', () => {
  it('starts nothing until it is resumed, and then everything', async () => {
    await operator('/queue/pause', 'POST');
    const ids = [await submit('print(1)'), await submit('print(2)')];
    expect(QueueState.parse(await operator('/queue'))).toMatchObject({ paused: true, queued: 2, in_flight: 0 });
    await operator('/queue/resume', 'POST');
    for (const id of ids) await service.reaches(id, 'completed');
  });
});
