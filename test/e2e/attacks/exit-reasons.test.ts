/** The truth table of ends: however a run ends, that is what is told of it, whatever the code says of itself. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Execution, Exit } from '../../../shared/contracts/execution.ts';
import { containersOf, engine, SANDBOX_RUNTIME } from '../../helpers/engine.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startService, type Service } from '../../helpers/service.ts';

type Row = {
  readonly name: string;
  readonly code: string;
  readonly timeoutMs?: number;
  /** What happens to it from outside while it runs. */
  readonly act?: (id: string) => Promise<void>;
  readonly status: Execution['status'];
  readonly exit: readonly [Exit['reason'], Exit['code'], Exit['signal']];
};

/** Far more than it takes to do something to it from outside. */
const ACTED_ON_MS = 30_000;
const SLEEP = 'import time\ntime.sleep(60)';
const ON_ITSELF = (signal: string) => `import os, signal\nos.kill(os.getpid(), signal.${signal})\nsignal.pause()`;
const MODES = SANDBOX_RUNTIME === 'runsc' ? (['organization'] as const) : (['organization', 'fresh'] as const);

let service: Service;
beforeAll(async () => {
  service = await startService({ slots: 3 });
}, 120_000);
afterAll(() => service.stop(), 60_000);

async function cancel(id: string): Promise<void> {
  await service.call(`/v1/executions/${id}/cancel`, { method: 'POST' });
}

/** Its sandbox is killed, and that of its second attempt. */
async function lose(id: string): Promise<void> {
  const workerId = String((await service.workers[0]?.logged('ready'))?.['workerId']);
  for (const attempt of [1, 2]) {
    await eventually(
      async () => {
        const { status, attempt: current } = await service.read(id);
        return status === 'running' && current === attempt;
      },
      { timeoutMs: 30_000, intervalMs: 25 },
    );
    const running = (await containersOf([workerId])).filter(({ state }) => state === 'running');
    await Promise.all(
      running.map((container) =>
        engine
          .getContainer(container.id)
          .kill()
          .catch(() => undefined),
      ),
    );
  }
}

const ROWS: readonly Row[] = [
  { name: 'exit 0', code: 'import sys\nsys.exit(0)', status: 'completed', exit: ['ok', 0, null] },
  { name: 'exit 1', code: 'import sys\nsys.exit(1)', status: 'failed', exit: ['exit', 1, null] },
  { name: 'exit 255', code: 'import sys\nsys.exit(255)', status: 'failed', exit: ['exit', 255, null] },
  {
    name: 'exit 1000, of which a process keeps one byte',
    code: 'import sys\nsys.exit(1000)',
    status: 'failed',
    exit: ['exit', 232, null],
  },
  { name: 'exit with a text', code: 'import sys\nsys.exit("why")', status: 'failed', exit: ['exit', 1, null] },
  { name: 'os._exit', code: 'import os\nos._exit(7)', status: 'failed', exit: ['exit', 7, null] },
  { name: 'a kill of itself', code: ON_ITSELF('SIGKILL'), status: 'failed', exit: ['killed', null, 'SIGKILL'] },
  {
    name: 'a segmentation fault',
    code: 'import ctypes\nctypes.string_at(0)',
    status: 'failed',
    exit: ['killed', null, 'SIGSEGV'],
  },
  { name: 'an abort', code: 'import os\nos.abort()', status: 'failed', exit: ['killed', null, 'SIGABRT'] },
  { name: 'too much time', code: SLEEP, timeoutMs: 500, status: 'failed', exit: ['timed_out', null, 'SIGKILL'] },
  {
    name: 'too much memory',
    code: 'x = []\nwhile True: x.append(bytearray(20_000_000))',
    timeoutMs: 20_000,
    status: 'failed',
    exit: ['out_of_memory', null, 'SIGKILL'],
  },
  {
    name: 'a cancel',
    code: SLEEP,
    timeoutMs: ACTED_ON_MS,
    act: cancel,
    status: 'cancelled',
    exit: ['cancelled', null, 'SIGKILL'],
  },
  {
    name: 'a flood',
    code: 'import os\nwhile True: os.write(1, b"x" * 65_536)',
    timeoutMs: 20_000,
    status: 'failed',
    exit: ['output_limit', null, 'SIGKILL'],
  },
  {
    name: 'the loss of its sandbox, twice',
    code: SLEEP,
    timeoutMs: ACTED_ON_MS,
    act: lose,
    status: 'failed',
    exit: ['sandbox_lost', null, null],
  },
];

describe.each(MODES)('exit reasons, isolation: %s', (isolation) => {
  it.each(ROWS)(
    '$name',
    async ({ code, timeoutMs = 5_000, act, status, exit: [reason, exitCode, signal] }) => {
      const body = { code, timeout_ms: timeoutMs, isolation };
      const { body: submitted } = await service.call('/v1/executions', { body });
      const { id } = submitted as Execution;
      if (act !== undefined) await service.reaches(id, 'running');
      await act?.(id);
      const ended = await service.reaches(id, 'completed', 'failed', 'cancelled');
      expect(ended).toMatchObject({ status, exit: { reason, code: exitCode, signal } });
    },
    90_000,
  );
});
