/** What an execution used is told by the kernel's counters, whoever in it used it; and nobody gets more than its share. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Execution, Isolation } from '../../../shared/contracts/execution.ts';
import { startService, type Service } from '../../helpers/service.ts';

const MIB = 1024 * 1024;
const MODES: readonly Isolation[] = ['organization', 'fresh'];

/** Processes that spin for ever, more than the machine has cores. */
const SPIN = `
import os
for _ in range(15):
    if os.fork() == 0: break
while True: pass
`;

/** Uses a second of processor time in a daemon for which nobody waits, then ends before it does. */
const SPIN_IN_DAEMON = `
import os, time
start, done = os.pipe()
if os.fork() == 0:
    os.setsid()
    while time.process_time() < 0.5: pass
    os.write(done, b"x")
    while True: time.sleep(60)
os.read(start, 1)
`;

const COUNT = 'for _ in range(12_000_000): pass';

let service: Service;
let other: { readonly key: string };
beforeAll(async () => {
  service = await startService({ slots: 2, workerEnv: { SANDBOX_WARM: '2' } });
  other = await service.addTenant();
}, 120_000);
afterAll(() => service.stop(), 60_000);

const share = ({ usage }: Execution) => (usage?.cpu_ms ?? NaN) / (usage?.wall_ms ?? NaN);

describe('usage', () => {
  it('gives a run that spins in many processes one processor, and leaves another run its own', async () => {
    const alone = await service.run(COUNT, {}, other.key);
    const spinning = service.run(SPIN, { timeout_ms: 4_000 });
    const beside = await service.run(COUNT, {}, other.key);
    const spun = await spinning;
    expect([alone.exit?.reason, beside.exit?.reason, spun.exit?.reason]).toEqual(['ok', 'ok', 'timed_out']);
    // A quota is given out in periods of 100 ms.
    expect(spun.usage?.cpu_ms).toBeLessThan(4_000 * 1.1 + 100);
    // A third of what it got alone is far more than one of seventeen, whatever else the machine does.
    expect(share(beside)).toBeGreaterThan(share(alone) / 3);
  }, 60_000);

  it.each(MODES)(
    'counts the processor time of a daemon that is killed at the end (%s)',
    async (isolation) => {
      const { exit, usage } = await service.run(SPIN_IN_DAEMON, { isolation, timeout_ms: 10_000 });
      expect(exit?.reason).toBe('ok');
      expect(usage?.cpu_ms).toBeGreaterThan(499);
      expect(usage?.cpu_ms).toBeLessThan(800);
    },
    60_000,
  );

  it.each(MODES)(
    'counts no processor time of the sandbox itself (%s)',
    async (isolation) => {
      const { usage } = await service.run('import time\ntime.sleep(0.3)', { isolation });
      expect(usage?.cpu_ms).toBeLessThan(100);
    },
    60_000,
  );

  it('tells the highest memory of a fresh execution, though it was let go', async () => {
    const code = 'x = b"x" * 300_000_000\ndel x';
    const { usage } = await service.run(code, { isolation: 'fresh', timeout_ms: 10_000 });
    expect(usage?.memory_peak_bytes).toBeGreaterThan(300_000_000);
    expect(usage?.memory_peak_bytes).toBeLessThan(512 * MIB);
  }, 60_000);

  it('tells the memory of each execution, not the highest that its sandbox ever had', async () => {
    const large = await service.run('x = b"x" * 300_000_000', { timeout_ms: 10_000 });
    const small = await service.run('1 + 1');
    expect(large.usage?.memory_peak_bytes).toBeGreaterThan(300_000_000);
    expect(small.usage?.memory_peak_bytes).toBeLessThan(300_000_000);
  }, 60_000);
});
