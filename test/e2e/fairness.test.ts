/** Organizations beside each other on one worker: none of them keeps another out, whatever it has queued or holds. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { eventually } from '../helpers/eventually.ts';
import { startService, type Service } from '../helpers/service.ts';

const SLOTS = 2;
const FLOOD = 60;
const PATIENT = { timeoutMs: 60_000, intervalMs: 100 };
const SLOW = 'import time\ntime.sleep(0.2)';

let service: Service;

beforeAll(async () => {
  // As few sandboxes as can be, and none that goes by itself: who is let in takes the room of another.
  const workerEnv = { SANDBOX_BOUND_MAX: String(SLOTS), SANDBOX_IDLE_S: '3600' };
  service = await startService({ slots: SLOTS, workerEnv });
}, 60_000);

afterAll(async () => {
  await service.stop();
}, 60_000);

async function queuedOf(key: string): Promise<number> {
  const { body } = await service.call('/v1/executions?status=queued&limit=100', { key });
  return z.object({ data: z.array(z.unknown()) }).parse(body).data.length;
}

async function submit(key: string, code: string): Promise<string> {
  const { body } = await service.call('/v1/executions', { body: { code }, key });
  return String(Object(body).id);
}

describe('fairness: on one worker', () => {
  it('gives an organization a sandbox while idle ones of another hold every place', async () => {
    const [holding, coming] = [await service.addTenant(), await service.addTenant()];
    await Promise.all(Array.from({ length: SLOTS }, () => service.run(SLOW, {}, holding.key)));
    expect(await service.run('print(1)', {}, coming.key)).toMatchObject({ status: 'completed', stdout: '1\n' });
  }, 60_000);

  it('runs what an organization sends now and then before the queue of another', async () => {
    const [flooding, rare] = [await service.addTenant(), await service.addTenant()];
    const flood = [];
    for (let count = 0; count < FLOOD; count += 1) flood.push(await submit(flooding.key, SLOW));
    for (let round = 0; round < 3; round += 1) {
      const before = await queuedOf(flooding.key);
      const { status } = await service.run('print(1)', {}, rare.key);
      expect([status, (await queuedOf(flooding.key)) > 0, before > 0]).toEqual(['completed', true, true]);
    }
    const last = flood.at(-1) ?? '';
    await eventually(async () => (await service.read(last, flooding.key)).status === 'completed', PATIENT);
  }, 120_000);
});
