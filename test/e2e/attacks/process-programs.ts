/** Python that tries what has to do with processes, signals, descriptors and priorities, and tells what came of it. */

/** Tries every action; prints the names of those that were not refused. */
const tryAll = (actions: Readonly<Record<string, string>>) => `
import ctypes, os, platform
libc = ctypes.CDLL(None, use_errno=True)
page = ctypes.create_string_buffer(8_192)
def call(x86_64, arm64, *arguments):
    if libc.syscall(x86_64 if platform.machine() == "x86_64" else arm64, *arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")
actions = {${Object.entries(actions)
  .map(([name, action]) => `${JSON.stringify(name)}: lambda: ${action}`)
  .join(', ')}}
done = []
for name, action in actions.items():
    try:
        action()
        done.append(name)
    except OSError:
        pass
print(done)
`;

export const COUNT_FORKS = `
import os, time
count = 0
try:
    while True:
        if os.fork() == 0:
            time.sleep(60)
        count += 1
except OSError as error:
    print(error.errno, count)
`;

export const COUNT_INTERPRETERS = `
import subprocess, sys
children = []
try:
    while True: children.append(subprocess.Popen([sys.executable, "-S", "-E", "-c", "import time; time.sleep(60)"]))
except OSError as error:
    print(error.errno, len(children))
`;

export const COUNT_THREADS = `
import threading, time
count = 0
try:
    while True:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        count += 1
except RuntimeError:
    print(count)
`;

/** A daemon in every way that there is, which gathers orphans, hears no signal and writes on. */
export const DAEMON = `
import ctypes, os, signal, time
PR_SET_CHILD_SUBREAPER = 36
if os.fork() == 0:
    os.setsid()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for number in (1, 2, 13, 15): signal.signal(number, signal.SIG_IGN)
    for _ in range(5):
        if os.fork() == 0: break
    while True:
        os.write(1, b"late\\n")
        time.sleep(0.01)
print("done")
`;

export const OPEN_FILES = `
import os
count = 0
try:
    while True:
        os.open("/dev/null", os.O_RDONLY)
        count += 1
except OSError as error:
    number = error.errno
for descriptor in range(3, 10): os.close(descriptor)
print(number, count)
`;

/** Sockets that are leaked, some of them on their way to nobody. */
export const LEAK_SOCKETS = `
import array, socket
pairs = [socket.socketpair() for _ in range(250)]
for near, far in pairs:
    near.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [near.fileno(), far.fileno()]))])
print(len(pairs))
`;

/** A limit of 1 is what keeps a core from a program of the host: 0 would not. */
export const DUMP_CORE = `
import os, resource, subprocess, sys
for limits in ((resource.RLIM_INFINITY,) * 2, (0, 0), (0, 1)):
    try:
        resource.setrlimit(resource.RLIMIT_CORE, limits)
        print("set", limits)
    except ValueError:
        pass
crash = "import os, resource; print(resource.getrlimit(resource.RLIMIT_CORE), flush=True); os.abort()"
status = subprocess.run([sys.executable, "-c", crash]).returncode
os.write(1, f"{resource.getrlimit(resource.RLIMIT_CORE)} {status}\\n".encode())
os.abort()
`;

export const PRIORITIES = tryAll({
  'a better niceness': 'os.nice(-1)',
  'a better niceness by priority': 'os.setpriority(os.PRIO_PROCESS, 0, -20)',
  'first in, first out': 'os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))',
  'round robin': 'os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))',
  'a deadline': 'call(314, 274, 0, bytes([48, 0, 0, 0, 6]) + bytes(43), 0)',
  'real-time input and output': 'call(251, 30, 1, 0, 1 << 13)',
  'the niceness of a zygote': 'os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)',
  'the processors of the supervisor': 'os.sched_setaffinity(1, {0})',
  'a processor of its own': 'os.sched_setaffinity(0, {0})',
  'an idle policy': 'os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))',
  'memory that is never swapped': 'call(151, 230, 3)',
  'a page that is never swapped': 'call(149, 228, page, 4_096)',
});

/** Each asks the kernel for a thing that it counts by user. */
const TAKING = `
import array, fcntl, os, socket, time
kept = []
def pipe_bytes():
    kept.append(os.pipe())
    return fcntl.fcntl(kept[-1][0], fcntl.F_GETPIPE_SZ)
def descriptors_sent(count):
    kept.append(socket.socketpair())
    try:
        kept[-1][0].sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0] * count))])
        return count
    except OSError:
        return 0
`;

export const TAKE_LITTLE = `${TAKING}
print(pipe_bytes(), descriptors_sent(1))
`;

/** Holds as much of it as there is for a user: 64 MiB of pipes, and descriptors under way. */
export const TAKE_ALL = `${TAKING}
for _ in range(5): descriptors_sent(250)
for _ in range(3):
    if os.fork() == 0:
        for _ in range(490): pipe_bytes()
        time.sleep(60)
time.sleep(1)
print(pipe_bytes(), descriptors_sent(1), flush=True)
time.sleep(2)
`;
