/** Processes, threads, signals, descriptors and priorities. */
import { expect, it } from '@jest/globals';
import type { Execution } from '../../../shared/contracts/execution.ts';
import { OPEN_FILES_MAX, PROCESSES_MAX } from '../../../shared/contracts/limits.ts';
import { containersOf, engine } from '../../helpers/engine.ts';
import { eventually } from '../../helpers/eventually.ts';
import { describeAttacks, type Attack } from './attack.ts';
import { RUNTIME } from './attacked-service.ts';
import {
  COUNT_FORKS,
  COUNT_INTERPRETERS,
  COUNT_THREADS,
  DAEMON,
  OPEN_FILES,
  LEAK_SOCKETS,
  DUMP_CORE,
  PRIORITIES,
  TAKE_ALL,
  TAKE_LITTLE,
} from './process-programs.ts';

const TIMED_OUT = { reason: 'timed_out', code: null, signal: 'SIGKILL' } as const;
const OK = { reason: 'ok', code: 0, signal: null } as const;

const NO_LIMIT = 'left out: gVisor has no limit on processes';

function endsByLimit({ exit }: Execution): void {
  expect(['timed_out', 'out_of_memory']).toContain(exit?.reason);
}

const ATTACKS: readonly Attack[] = [
  {
    name: 'forks without end, in every child too',
    code: 'import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass',
    exit: TIMED_OUT,
    // Without a limit on processes either may come first.
    gvisor: { exit: { signal: 'SIGKILL' }, check: endsByLimit },
  },
  {
    name: 'forks until it may not',
    code: COUNT_FORKS,
    exit: OK,
    stdout: `11 ${String(PROCESSES_MAX - 1)}\n`,
    fields: { timeout_ms: 5_000 },
    gvisor: NO_LIMIT,
  },
  {
    name: 'starts interpreters until it may not',
    code: COUNT_INTERPRETERS,
    fields: { timeout_ms: 15_000 },
    exit: OK,
    stdout: `11 ${String(PROCESSES_MAX - 1)}\n`,
    gvisor: NO_LIMIT,
  },
  {
    name: 'starts threads until it may not',
    code: COUNT_THREADS,
    exit: OK,
    stdout: `${String(PROCESSES_MAX - 1)}\n`,
    gvisor: NO_LIMIT,
  },
  {
    name: 'leaves a daemon that holds stdout open and writes on',
    code: DAEMON,
    fields: { timeout_ms: 20_000 },
    exit: OK,
    stdout: /^(late\n)*done\n(late\n)*$/,
    check: ({ usage }) => {
      expect(usage?.wall_ms).toBeLessThan(5_000);
    },
  },
  {
    name: 'kills all that it can reach',
    code: 'import os\nprint("before", flush=True)\ntry:\n    os.kill(-1, 9)\nfinally:\n    print("alive")',
    exit: OK,
    stdout: 'before\nalive\n',
    // Where nobody else can be reached, gVisor raises ProcessLookupError.
    gvisor: { exit: { reason: 'exception', code: 1, signal: null } },
  },
  {
    name: 'kills its own process group',
    code: 'import os\nprint("before", flush=True)\nos.killpg(0, 9)',
    exit: { reason: 'killed', code: null, signal: 'SIGKILL' },
    stdout: 'before\n',
  },
  {
    name: 'dumps its core on an abort, and that of a program that it starts',
    code: DUMP_CORE,
    exit: { reason: 'killed', code: null, signal: 'SIGABRT' },
    stdout: '(1, 1)\n(1, 1) -6\n',
  },
  {
    name: 'opens files until it may not',
    code: OPEN_FILES,
    exit: OK,
    // stdin, stdout, stderr and the record pipe are open already.
    stdout: `24 ${String(OPEN_FILES_MAX - 4)}\n`,
  },
  {
    name: 'raises its limit on open files',
    code: 'import resource\ntry:\n    resource.setrlimit(resource.RLIMIT_NOFILE, (65_536, 65_536))\nexcept ValueError:\n    print("refused")',
    exit: OK,
    stdout: 'refused\n',
  },
  { name: 'leaks sockets', code: LEAK_SOCKETS, exit: OK, stdout: '250\n' },
  {
    name: 'takes priority over others',
    code: PRIORITIES,
    exit: OK,
    stdout: '[]\n',
    // Numbers that gVisor keeps for itself.
    gvisor: { stdout: "['a better niceness', 'a better niceness by priority']\n" },
  },
  {
    name: 'gives way to others',
    code: 'import os\nbefore = os.nice(0)\nprint(os.nice(1) - before)',
    exit: OK,
    stdout: '1\n',
  },
];

/** Ends when there is a process more than the run and those of the runner. */
const AWAIT_STRANGER =
  'import os, time\nwhile len([name for name in os.listdir("/proc") if name.isdigit()]) < 6: time.sleep(0.01)\nprint("here")';

/** A process of nobody's, in a container that this test's own worker made. */
async function startStranger(containerId: string): Promise<void> {
  const stranger = await engine.getContainer(containerId).exec({
    Cmd: ['/usr/bin/python3', '-c', 'import time; time.sleep(60)'],
    User: '0:0',
  });
  // The empty answer is a stream, and its connection would keep this process.
  (await stranger.start({ Detach: true })).destroy();
}

describeAttacks('processes', ATTACKS, (service) => {
  const containers = async () => {
    const ready = await Promise.all(service().workers.map((worker) => worker.logged('ready')));
    return containersOf(ready.map(({ workerId }) => String(workerId)));
  };

  /** Those of fresh runs are on their way out for a moment after the run. */
  const settledContainers = async (): Promise<readonly string[]> => {
    let seen: readonly string[] = [];
    const isSettled = async () => {
      const [earlier, now] = [seen, await containers()];
      seen = now.map(({ id }) => id).sort();
      return earlier.join() === seen.join() && now.every(({ state }) => state === 'running');
    };
    await eventually(isSettled, { timeoutMs: 30_000, intervalMs: 1_000 });
    return seen;
  };

  // Code cannot leave anything that stays: what stays is put there from outside.
  it('destroys a sandbox in which something is left after a run', async () => {
    await service().run('1');
    const before = await settledContainers();
    const gone = async () => {
      const now = (await containers()).map(({ id }) => id);
      return before.filter((id) => !now.includes(id)).length;
    };
    await service().run('1');
    expect(await gone()).toBe(0);
    const running = service().run(AWAIT_STRANGER);
    await Promise.all(before.map(startStranger));
    expect(await running).toMatchObject({ exit: OK, stdout: 'here\n' });
    await eventually(async () => (await gone()) > 0);
    expect(await service().run('1')).toMatchObject({ exit: OK });
  }, 60_000);

  it('takes nothing of what the kernel gives to the users of other sandboxes', async () => {
    const other = await service().addTenant();
    const holding = service().run(TAKE_ALL, { timeout_ms: 10_000 });
    let isHeld = true;
    void holding.finally(() => (isHeld = false));
    const seen = new Set<string>();
    while (isHeld) seen.add((await service().run(TAKE_LITTLE, {}, other.key)).stdout);
    expect([...seen]).toEqual(['65536 1\n']);
    // Else nothing would have been taken. gVisor counts neither.
    if (RUNTIME !== 'runsc') expect((await holding).stdout).toBe('8192 0\n');
  }, 60_000);
});
