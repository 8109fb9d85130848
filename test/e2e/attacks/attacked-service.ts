/** A service that is attacked, and what must stay true of it meanwhile and afterwards. */
import { expect } from '@jest/globals';
import type { Execution, Isolation } from '../../../shared/contracts/execution.ts';
import { startService, type RunOptions } from '../../helpers/service.ts';
import { healthMsMax, residentBytes, watchHealth } from './observers.ts';
import { followContainers, tracesOf } from './traces.ts';

/** Of the sandboxes; the gVisor run sets it. */
export const RUNTIME = process.env['SANDBOX_RUNTIME'] ?? 'runc';

const MIB = 1024 * 1024;
/** During one case; what grows over many is for the soak to find. */
const GROWTH_BYTES_MAX = 100 * MIB;
/** A case has 30 s at most; the rest is for starting a container on a busy machine. */
const ANSWER_MS_MAX = 60_000;
const SLOTS = 3;

/** Long enough to run beside the attack, and with a result that shows whether it was disturbed. */
const BYSTANDER = 'import time\ntime.sleep(0.2)\nprint(sum(range(1_000)))';
const AFTERWARDS = 'print("benign")\n6 * 7';
/** Text and outputs at their limits: what a result of that size needs once, and V8 keeps for the next, is no growth. */
const LARGEST = 'print("x" * 2_000_000)\nfor _ in range(8): display("x" * 1_000_000)';

export async function openAttackedService() {
  const sinceSeconds = Math.floor(Date.now() / 1_000);
  const socket = process.env['DOCKER_SOCKET'];
  const service = await startService({
    slots: SLOTS,
    workerEnv: { SANDBOX_RUNTIME: RUNTIME, SANDBOX_WARM: '2', ...(socket !== undefined && { DOCKER_SOCKET: socket }) },
  });
  const other = await service.addTenant();
  const [worker, api] = [service.workers[0], service.apis[0]];
  const containers = await followContainers(String((await worker?.logged('ready'))?.['workerId']), sinceSeconds);
  const pids = { worker: worker?.pid ?? -1, api: api?.pid ?? -1 };
  const resident = () => ({ worker: residentBytes(pids.worker), api: residentBytes(pids.api) });

  async function expectBenignRun(isolation: Isolation): Promise<void> {
    const { exit, stdout, outputs } = await service.run(AFTERWARDS, { isolation });
    expect({ exit, stdout, value: outputs.at(-1) }).toEqual({
      exit: { reason: 'ok', code: 0, signal: null },
      stdout: 'benign\n',
      value: { type: 'result', data: { 'text/plain': '42' } },
    });
  }

  // Started by the first runs: what the service loads once is no growth.
  await expectBenignRun('fresh');
  await service.run(LARGEST);
  await expectBenignRun('organization');
  let closing: Promise<void> | undefined;

  return {
    service,

    /** Runs the code beside a run of another organization, and sees that nothing but itself suffers. */
    async attack(code: string, fields: RunOptions & { readonly isolation: Isolation }): Promise<Execution> {
      const before = resident();
      const health = watchHealth(service.url);
      const startedAtMs = performance.now();
      const bystander = service.run(BYSTANDER, {}, other.key);
      const execution = await service.run(code, fields);
      expect(performance.now() - startedAtMs).toBeLessThan(ANSWER_MS_MAX);
      expect(await bystander).toMatchObject({ exit: { reason: 'ok' }, stdout: '499500\n' });
      expect(await health.stop()).toBeLessThan(healthMsMax());
      await expectBenignRun(fields.isolation);
      const after = resident();
      expect(after.worker - before.worker).toBeLessThan(GROWTH_BYTES_MAX);
      expect(after.api - before.api).toBeLessThan(GROWTH_BYTES_MAX);
      return execution;
    },

    /** What the sandboxes left on the host; call it after `close`. */
    traces: async (): Promise<string[]> => [
      ...containers.withMounts.map((id) => `a mount in ${id}`),
      ...(await tracesOf(containers.ids)),
    ],

    close(): Promise<void> {
      closing ??= service.stop().finally(containers.stop);
      return closing;
    },
  };
}

export type AttackedService = Awaited<ReturnType<typeof openAttackedService>>;
