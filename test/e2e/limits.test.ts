/** What hostile or greedy code tries, the exact result that it must have, and that the next run is untouched. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Execution, Exit } from '../../shared/contracts/execution.ts';
import { FLOOD_BYTES_MAX, TEXT_BYTES_MAX } from '../../shared/contracts/limits.ts';
import { startService, type Service } from '../helpers/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
}, 120_000);
afterAll(() => service.stop(), 60_000);

type Case = {
  readonly name: string;
  readonly code: string;
  readonly timeoutMs?: number;
  readonly exit: Partial<Exit>;
  /** What stdout must hold. */
  readonly stdout?: RegExp;
};

/** System calls that must fail, by their numbers on x86_64 and arm64 (Linux, `unistd.h`). */
const FORBIDDEN_CALLS = `
import ctypes, platform
libc = ctypes.CDLL(None, use_errno=True)
column = {"x86_64": 0, "aarch64": 1}[platform.machine()]
calls = {"mq_open": (240, 180), "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186), "add_key": (248, 217),
         "keyctl": (250, 219), "io_uring_setup": (425, 425), "userfaultfd": (323, 282), "bpf": (321, 280),
         "perf_event_open": (298, 241), "ptrace": (101, 117), "process_vm_readv": (310, 270), "unshare": (272, 97),
         "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
         "open_tree": (428, 428), "fsopen": (430, 430), "kexec_load": (246, 104), "init_module": (175, 105),
         "syslog": (103, 116), "acct": (163, 89), "quotactl": (179, 60), "clock_settime": (227, 112),
         "settimeofday": (164, 170), "swapon": (167, 224), "reboot": (169, 142), "pidfd_getfd": (438, 438)}
print([name for name, numbers in calls.items() if libc.syscall(numbers[column], 0, 0, 0, 0, 0) >= 0])
`;

/** Files of the image that give rights, a shell or a place to write. */
const IMAGE_WALK = `
import os, stat
found = []
for folder, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(folder, name) not in ("/proc", "/sys", "/dev")]
    for name in files + folders:
        path = os.path.join(folder, name)
        mode = os.lstat(path).st_mode
        if mode & (stat.S_ISUID | stat.S_ISGID) or name in ("sh", "bash", "dash", "busybox", "perl", "apt", "dpkg", "su", "mount"):
            found.append(path)
        elif not stat.S_ISLNK(mode) and os.access(path, os.W_OK):
            found.append("writable " + path)
print(found)
`;

const CASES: readonly Case[] = [
  {
    name: 'system calls that leave things behind or open ways out',
    code: FORBIDDEN_CALLS,
    exit: { reason: 'ok' },
    stdout: /^\[\]\n$/,
  },
  {
    name: 'setuid files, shells and writable paths in the image',
    code: IMAGE_WALK,
    timeoutMs: 20_000,
    exit: { reason: 'ok' },
    stdout: /^\[\]\n$/,
  },
  { name: 'busy loop', code: 'while True: pass', exit: { reason: 'timed_out' } },
  {
    name: 'sleep',
    code: 'print("before", flush=True)\nimport time\ntime.sleep(60)',
    exit: { reason: 'timed_out' },
    stdout: /^before\n$/,
  },
  {
    name: 'ignored signals',
    code: 'import signal, time\nfor s in (1, 2, 15, 14): signal.signal(s, signal.SIG_IGN)\ntime.sleep(60)',
    exit: { reason: 'timed_out' },
  },
  { name: 'a loop in C', code: '(10 ** 10 ** 8)', exit: { reason: 'timed_out' } },
  {
    name: 'fork bomb',
    code: 'import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass',
    exit: { reason: 'timed_out' },
  },
  {
    name: 'one allocation over the limit',
    code: 'x = bytearray(1024 * 1024 * 1024)\nfor i in range(0, len(x), 4096): x[i] = 1',
    timeoutMs: 5_000,
    exit: { reason: 'out_of_memory' },
  },
  {
    name: 'creeping allocation',
    code: 'kept = []\nwhile True:\n    kept.append(b"x" * 20_000_000)\n    print(len(kept), flush=True)',
    timeoutMs: 5_000,
    exit: { reason: 'out_of_memory' },
    stdout: /^1\n2\n/,
  },
  {
    name: 'memory of a grandchild',
    code: 'import os\nif os.fork() == 0:\n    x = b"x" * 700_000_000\n    os._exit(0)\nos.wait()\nraise SystemExit(9)',
    timeoutMs: 5_000,
    exit: { reason: 'out_of_memory' },
  },
  { name: 'flood', code: 'while True: print("x" * 1000)', timeoutMs: 20_000, exit: { reason: 'output_limit' } },
  {
    name: 'flood on fd 2',
    code: 'import os\nwhile True: os.write(2, b"x" * 65536)',
    timeoutMs: 20_000,
    exit: { reason: 'output_limit' },
  },
  {
    name: 'a single line over the flood limit',
    code: `print("x" * ${String(FLOOD_BYTES_MAX + 1_000_000)})`,
    timeoutMs: 20_000,
    exit: { reason: 'output_limit' },
  },
  {
    name: 'a kill of everything',
    code: 'import os\ntry:\n    os.kill(-1, 9)\nfinally:\n    print("alive")',
    exit: { reason: 'ok' },
    stdout: /^alive\n$/,
  },
  {
    name: 'kills of supervisor and zygote',
    code: 'import os\nfor pid in (1, os.getppid()):\n    try:\n        os.kill(pid, 9)\n        print("killed")\n    except PermissionError:\n        print("refused")',
    exit: { reason: 'ok' },
    stdout: /^refused\nrefused\n$/,
  },
  {
    name: 'a child that holds stdout open',
    code: 'import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(60)\nprint("done")',
    timeoutMs: 20_000,
    exit: { reason: 'ok' },
    stdout: /^done\n$/,
  },
  { name: 'a crash in C', code: 'import ctypes\nctypes.string_at(0)', exit: { reason: 'killed', signal: 'SIGSEGV' } },
  { name: 'deep recursion', code: 'def f(): f()\nf()', exit: { reason: 'exception' } },
  {
    name: 'threads without end',
    code: 'import threading, time\ntry:\n    while True: threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\nexcept RuntimeError:\n    print("refused")',
    exit: { reason: 'ok' },
    stdout: /^refused\n$/,
  },
  {
    name: 'the network by address and by name',
    code: 'import socket\nfor target in (("1.1.1.1", 53), ("example.com", 80)):\n    try:\n        socket.create_connection(target, 1)\n        print("connected")\n    except OSError:\n        print("refused")',
    exit: { reason: 'ok' },
    stdout: /^refused\nrefused\n$/,
  },
  {
    name: 'writes everywhere',
    code: 'import os\nfor path in ("/", "/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run", "/home", "/mnt/data", "/usr/lib", "."):\n    try:\n        open(os.path.join(path, "x"), "w")\n        print("written", path)\n    except OSError:\n        pass\nprint("end")',
    exit: { reason: 'ok' },
    stdout: /^end\n$/,
  },
  {
    name: 'more privilege',
    code: 'import os\nfor gain in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0]), lambda: os.nice(-5), lambda: os.unshare(os.CLONE_NEWUSER)):\n    try:\n        gain()\n        print("gained")\n    except OSError:\n        pass\nprint(os.getuid() > 0)',
    exit: { reason: 'ok' },
    stdout: /^True\n$/,
  },
  {
    name: 'other processes',
    code: 'import os\nfor pid in (1, os.getppid()):\n    for name in ("environ", "maps", "mem", "fd"):\n        try:\n            os.listdir(f"/proc/{pid}/fd") if name == "fd" else open(f"/proc/{pid}/{name}").read(1)\n            print("read", pid, name)\n        except OSError:\n            pass\nprint("end")',
    exit: { reason: 'ok' },
    stdout: /^end\n$/,
  },
  {
    name: 'a forged protocol on every descriptor',
    code: 'import os\nframe = b"E" + (60).to_bytes(4, "big") + b"{" + b"x" * 59\nfor fd in range(1, 64):\n    try:\n        os.write(fd, frame)\n    except OSError:\n        pass\nprint("still here")',
    exit: { reason: 'ok' },
  },
  {
    name: 'a shell',
    code: 'import os, subprocess\nsubprocess.run(["/bin/sh", "-c", "id"])',
    exit: { reason: 'exception' },
  },
];

describe('limits', () => {
  it.each(CASES)(
    '$name',
    async ({ code, timeoutMs = 1_000, exit, stdout }) => {
      const execution = await service.run(code, { timeout_ms: timeoutMs });
      expect(execution.exit).toMatchObject(exit);
      if (stdout !== undefined) expect(execution.stdout).toMatch(stdout);
      expect(execution.usage?.wall_ms).toBeLessThan(timeoutMs + 2_000);
      // Whatever it did, the next run of the same organization is untouched.
      expect(await service.run('1 + 1')).toMatchObject({
        exit: { reason: 'ok' },
        outputs: [{ data: { 'text/plain': '2' } }],
      });
    },
    60_000,
  );

  it('cuts text at its limit, says so, and lets the program go on', async () => {
    const execution = await service.run(`print("x" * ${String(TEXT_BYTES_MAX + 10)})\nimport sys\nsys.exit(5)`);
    expect(execution.stdout).toHaveLength(TEXT_BYTES_MAX);
    expect(execution).toMatchObject({
      truncated: { stdout: true, stderr: false, outputs: false },
      exit: { reason: 'exit', code: 5 },
    });
  });

  it('gives an execution the memory that it asks for, and not more', async () => {
    const code = 'x = b"x" * 700_000_000\nlen(x)';
    expect((await service.run(code, { memory_mb: 1_024, timeout_ms: 10_000 })).exit?.reason).toBe('ok');
    expect((await service.run(code, { memory_mb: 256, timeout_ms: 10_000 })).exit?.reason).toBe('out_of_memory');
  }, 60_000);

  it('ends at thirty seconds without being asked to', async () => {
    const execution = await service.run('import time\ntime.sleep(120)');
    expect(execution).toMatchObject({ timeout_ms: 30_000, exit: { reason: 'timed_out' } });
    expect(execution.usage?.wall_ms).toBeLessThan(32_000);
  }, 60_000);
});

describe('between runs', () => {
  const wasSeen = (execution: Execution) => execution.stdout.includes('secret');

  it('leaves nothing of one run that the next could find', async () => {
    const leave =
      'import os, sys\nsys.modules["marker"] = "secret"\nos.environ["MARKER"] = "secret"\nimport builtins\nbuiltins.marker = "secret"\nif os.fork() == 0:\n    os.setsid()\n    import time\n    time.sleep(60)';
    const look =
      'import os, sys, builtins\nprint(sys.modules.get("marker"), os.environ.get("MARKER"), getattr(builtins, "marker", None))\nprint([p for p in os.listdir("/proc") if p.isdigit() and int(p) > os.getpid()])';
    await service.run(leave);
    const looked = await service.run(look);
    expect(wasSeen(looked)).toBe(false);
    expect(looked.stdout).toBe('None None None\n[]\n');
  });

  it('never serves two organizations from one sandbox', async () => {
    const other = await service.addTenant();
    const whoAmI = 'print(open("/proc/self/cgroup").read())';
    const mine = await service.run(whoAmI);
    const again = await service.run(whoAmI);
    const theirs = await service.run(whoAmI, {}, other.key);
    expect(again.stdout).toBe(mine.stdout);
    expect(theirs.stdout).not.toBe(mine.stdout);
  });

  it('takes a new container for every fresh execution', async () => {
    const whoAmI = 'print(open("/proc/self/cgroup").read())';
    const seen = [
      await service.run(whoAmI, { isolation: 'fresh' }),
      await service.run(whoAmI, { isolation: 'fresh' }),
      await service.run(whoAmI),
    ];
    expect(new Set(seen.map(({ stdout }) => stdout)).size).toBe(3);
    expect(seen[0]?.isolation).toBe('fresh');
  });
});
