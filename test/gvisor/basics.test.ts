/** The service with its sandboxes under gVisor: what it promises holds there too. */
import { describeAttacks, type Attack } from '../e2e/attacks/attack.ts';
import { OK } from '../e2e/attacks/ends.ts';

/** Until the limit is reached on a busy machine. */
const UNHURRIED = { timeout_ms: 10_000 } as const;

/** Sockets of every family but AF_UNIX, an address and a name. */
const NETWORK = `
import socket
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET):
    try:
        socket.socket(family, socket.SOCK_STREAM)
        print("a socket of family", family)
    except OSError:
        pass
for address in (("169.254.169.254", 80), ("localhost", 6379)):
    try:
        socket.create_connection(address, 1)
        print("connected to", address)
    except OSError:
        pass
`;

/** Opens for writing what it may, and makes a file in every folder. */
const WRITES = `
import os
for folder, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(folder, name) not in ("/proc", "/sys")]
    try:
        os.close(os.open(os.path.join(folder, "left"), os.O_CREAT | os.O_WRONLY))
        print("made a file in", folder)
    except OSError:
        pass
for path in ("/etc/passwd", "/usr/bin/python3", "/proc/sys/kernel/hostname", "/proc/1/oom_score_adj"):
    try:
        os.close(os.open(path, os.O_WRONLY))
        print("opened", path)
    except OSError:
        pass
for path in ("/dev/null", "/dev/urandom", "/tmp"):
    try:
        os.utime(path)
        print("changed the times of", path)
    except OSError:
        pass
`;

const KILLS = `
import os
for pid in (1, os.getppid(), -1):
    try:
        os.kill(pid, 9)
        print("killed", pid)
    except OSError:
        pass
`;

const ATTACKS: readonly Attack[] = [
  { name: 'finds itself under gVisor', code: 'import os\nprint(os.uname().release)', exit: OK, stdout: '4.4.0\n' },
  {
    name: 'uses the packages, threads and a subprocess',
    code: `
import subprocess, sys, threading
import numpy, pandas
threading.Thread(target=print, args=("thread",)).start()
print(subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True).stdout, end="")
print(pandas.DataFrame({"a": numpy.arange(4)})["a"].sum())
`,
    fields: UNHURRIED,
    exit: OK,
    stdout: 'thread\n42\n6\n',
  },
  { name: 'reaches for the network', code: NETWORK, fields: UNHURRIED, exit: OK, stdout: '' },
  { name: 'writes everywhere', code: WRITES, fields: { timeout_ms: 20_000 }, exit: OK, stdout: '' },
  { name: 'kills the runner', code: KILLS, exit: OK, stdout: '' },
  { name: 'kills itself', code: 'import os\nos.kill(os.getpid(), 9)', exit: { reason: 'killed', signal: 'SIGKILL' } },
  {
    name: 'does not end',
    code: 'print("before", flush=True)\nwhile True: pass',
    exit: { reason: 'timed_out' },
    stdout: 'before\n',
  },
  {
    // The kernel ends all of gVisor: it counts the container's memory, not the program's.
    name: 'takes more memory than there is',
    code: 'print("before", flush=True)\nkept = b"x" * 700_000_000',
    fields: UNHURRIED,
    exit: { reason: 'out_of_memory' },
    stdout: 'before\n',
  },
  {
    // gVisor has no limit on processes: they run out of memory, or of time.
    name: 'forks without end',
    code: 'import os\nwhile True:\n    try: os.fork()\n    except OSError: pass',
    exit: {},
    check: ({ exit }) => {
      if (exit?.reason !== 'out_of_memory' && exit?.reason !== 'timed_out') throw new Error(JSON.stringify(exit));
    },
  },
  {
    name: 'leaves a process that holds stdout open',
    code: 'import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(30)\nprint("done")',
    exit: OK,
    stdout: 'done\n',
  },
];

describeAttacks('gVisor', ATTACKS);
