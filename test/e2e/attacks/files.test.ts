/** Code that looks for a place to write, and for what a run before it left. */
import { expect, it } from '@jest/globals';
import { eventually } from '../../helpers/eventually.ts';
import { describeAttacks, type Attack } from './attack.ts';
import { OK, OUT_OF_MEMORY, TIMED_OUT } from './ends.ts';
import { WHICH_SANDBOX } from './runner-processes.ts';
import { MARKER } from './traces.ts';

const FOLDERS = `folders = ("/", "/tmp", "/var/tmp", "/run", "/run/lock", "/dev", "/dev/shm", "/dev/mqueue", "/dev/pts", "/home", "/home/sandbox",
           "/root", "/mnt", "/mnt/data", "/etc", "/lib", "/usr/bin", "/usr/lib/python3/dist-packages", "/opt/code-interpreter/runner",
           "/sys", "/sys/fs/cgroup", "/proc", "/proc/self", ".")
`;

const ATTACKS: readonly Attack[] = [
  {
    name: 'makes a file of any kind in any folder',
    code: `import os, socket, stat
${FOLDERS}
ways = {"file": lambda path: open(path, "w"), "folder": os.mkdir, "symlink": lambda path: os.symlink("/etc/passwd", path),
        "hard link": lambda path: os.link("/etc/passwd", path), "fifo": os.mkfifo, "node": lambda path: os.mknod(path, 0o600 | stat.S_IFREG),
        "device": lambda path: os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 3)), "rename": lambda path: os.rename("/etc/passwd", path),
        "socket": lambda path: socket.socket(socket.AF_UNIX).bind(path), "unnamed": lambda path: os.open(os.path.dirname(path), os.O_TMPFILE | os.O_RDWR)}
for folder in folders:
    for way, make in ways.items():
        try: make(os.path.join(folder, "${MARKER}")); print("made", way, folder)
        except OSError: pass
print("end")`,
    exit: OK,
    stdout: 'end\n',
  },
  {
    name: 'makes files whose names are no names',
    code: `names = ("-rf", "a\\nb", "'; rm -rf /; '", "<script>", "=cmd()", "x" * 255, "x" * 5_000, b"\\xff\\xfe", "../../x", "CON", "e\\u0301", "\\U0001f600", "...")
for name in names:
    try: open(name, "w"); print("made", name)
    except OSError: pass
try: open("a\\0b", "w")
except ValueError: print("end")`,
    exit: OK,
    stdout: 'end\n',
  },
  {
    name: 'changes what is there, or its times: /dev/null alone can be written to',
    code: `import os
paths = ["/", "/etc/passwd", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/usr/bin/python3", "/opt/code-interpreter/runner/run.py", "/mnt/data",
         "/home/sandbox", "/proc", "/proc/keys", "/proc/timer_list", "/proc/self/comm", "/proc/self/oom_score_adj", "/sys", "/sys/fs/cgroup"]
paths += [entry.path for entry in os.scandir("/dev")]
null = os.stat("/dev/null").st_rdev
ways = {"write to": lambda path: os.open(path, os.O_WRONLY), "truncate": lambda path: os.truncate(path, 0), "unlink": os.unlink, "mode": lambda path: os.chmod(path, 0o777),
        "rename": lambda path: os.rename(path, path + "x"), "owner": lambda path: os.chown(path, os.getuid(), os.getgid()),
        "time": os.utime, "link time": lambda path: os.utime(path, follow_symlinks=False), "attribute": lambda path: os.setxattr(path, "user.mark", b"x")}
for path in paths:
    for way, change in ways.items():
        try:
            if way == "link time" or not os.path.islink(path) and not (way == "write to" and os.stat(path).st_rdev == null):
                change(path); print(way, path)
        except OSError: pass
print("end")`,
    exit: OK,
    stdout: 'end\n',
    // Its own devices, and the name of the process itself: nothing stays of what is written there.
    gvisor: { stdout: /^(write to \/(proc\/self\/comm|dev\/(zero|full|u?random|tty|fuse))\n)*end\n$/ },
  },
  {
    name: 'opens what the kernel shows for writing',
    code: `import os
for top in ("/proc/self", "/proc/self/task/self", "/proc/sys", "/sys"):
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if name not in ("fd", "map_files", "cwd", "root", "task")]
        for path in (os.path.join(folder, name) for name in files):
            try: os.open(path, os.O_WRONLY); print(path)
            except OSError: pass
print("end")`,
    fields: { timeout_ms: 10_000 },
    exit: OK,
    stdout: 'end\n',
    // The name of the process itself.
    gvisor: { stdout: '/proc/self/comm\nend\n' },
  },
  {
    name: 'leaves a mark by reading: no time of access stays',
    code: `import os
paths = ("/dev", "/dev/stdin", "/dev/fd", "/", "/etc/passwd", "/mnt/data")
def look(): return [os.lstat(path).st_atime_ns for path in paths]
before = look()
for path in paths:
    if os.path.islink(path): os.readlink(path)
    elif os.path.isdir(path): os.listdir(path)
    else: open(path).read()
print([path for path, old, new in zip(paths, before, look()) if old != new])`,
    exit: OK,
    stdout: '[]\n',
  },
  {
    name: 'runs a program from memory with a setuid bit: it is nobody there too',
    code: `import os, subprocess
fd = os.memfd_create("program", 0)
os.write(fd, open("/usr/bin/python3", "rb").read())
os.fchmod(fd, 0o6777)
look = "import os; s = dict(line.split(':', 1) for line in open('/proc/self/status')); print(os.geteuid() > 1000, os.getegid() > 1000, *(s[k].strip() for k in ('CapEff', 'CapPrm', 'CapBnd', 'NoNewPrivs', 'Seccomp')))\\ntry: open('/dev/zero', 'w')\\nexcept OSError as error: print(error.strerror)"
print(subprocess.run([f"/proc/self/fd/{fd}", "-c", look], pass_fds=[fd], capture_output=True, text=True).stdout)`,
    fields: { timeout_ms: 5_000 },
    exit: OK,
    stdout: /^True True 0{16} 0{16} [0-9a-f]{16} 1 2\nPermission denied\n\n$/,
    gvisor: 'left out: gVisor shows another /proc/self/status',
  },
  {
    name: 'fills files in memory: they count as the memory that they are',
    code: 'import os\nkept = []\nwhile True:\n    kept.append(os.memfd_create("m", 0))\n    os.write(kept[-1], bytes(50_000_000))\n    print(len(kept), flush=True)',
    fields: { timeout_ms: 20_000 },
    exit: OUT_OF_MEMORY,
    stdout: /^1\n2\n/,
  },
  {
    name: 'draws a figure of 30,000 by 30,000 pixels',
    code: 'import matplotlib.pyplot as plt\nprint("drawing")\nplt.figure(figsize=(300, 300), dpi=100)',
    fields: { timeout_ms: 20_000 },
    exit: OK,
    stdout: 'drawing\n',
    check: ({ outputs }) => {
      expect(outputs.map((output) => 'data' in output && Object.keys(output.data))).toContainEqual([
        'text/plain',
        'image/png',
      ]);
    },
  },
  {
    name: 'draws figures without end: those drawn in time are shown',
    code: 'import matplotlib.pyplot as plt\nwhile True:\n    plt.figure(figsize=(1, 1))\n    plt.show()',
    fields: { timeout_ms: 2_000 },
    exit: TIMED_OUT,
    check: ({ outputs }) => {
      expect(outputs.length).toBeGreaterThan(0);
      expect(new Set(outputs.map(({ type }) => type))).toEqual(new Set(['display']));
    },
  },
];

/** Everything that a run can try to hand on to the next. */
const LEAVES = `import builtins, ctypes, fcntl, os, signal, socket, sys, threading, time
${FOLDERS}
for folder in folders:
    try: open(os.path.join(folder, "${MARKER}"), "w").write("${MARKER}")
    except OSError: pass
sys.modules["marker"] = builtins.marker = sys.path[0] = os.environ["MARKER"] = "${MARKER}"
sys.setrecursionlimit(5_000); os.umask(0o777); os.nice(5); os.chdir("/usr"); signal.signal(signal.SIGUSR1, signal.SIG_IGN)
memory = os.memfd_create("${MARKER}", 0)
name = socket.socket(socket.AF_UNIX); name.bind("\\0${MARKER}"); name.listen()
lock = open("/etc/passwd"); fcntl.flock(lock, fcntl.LOCK_EX)
ctypes.CDLL(None).prctl(15, b"${MARKER}")
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        for number in (1, 2, 15): signal.signal(number, signal.SIG_IGN)
        while True: time.sleep(60)
print("left")`;

const LOOKS = `import builtins, fcntl, os, signal, socket, sys
${FOLDERS}
found = [folder for folder in folders if os.path.lexists(os.path.join(folder, "${MARKER}"))]
found += [place for place, value in {"modules": sys.modules.get("marker"), "builtins": getattr(builtins, "marker", None), "path": "${MARKER}" in sys.path,
                                     "environment": os.environ.get("MARKER"), "signals": signal.getsignal(signal.SIGUSR1) is signal.SIG_IGN}.items() if value]
try: socket.socket(socket.AF_UNIX).connect("\\0${MARKER}"); found.append("socket")
except OSError: pass
try: fcntl.flock(open("/etc/passwd"), fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError: found.append("lock")
for pid in filter(str.isdigit, os.listdir("/proc")):
    try: found += ["process"] if "${MARKER}" in open(f"/proc/{pid}/comm").read() else []
    except OSError: pass
    try: found += [f"descriptor" for fd in os.listdir(f"/proc/{pid}/fd") if "${MARKER}" in os.readlink(f"/proc/{pid}/fd/{fd}")]
    except OSError: pass
print(found, os.getcwd(), oct(os.umask(0)), os.nice(0), sys.getrecursionlimit(), os.listdir("/proc/self/fd"))`;

const UNTOUCHED = "[] /mnt/data 0o22 10 1000 ['0', '1', '2', '3', '1023']\n";

describeAttacks('files', ATTACKS, (service) => {
  /** What the second run found; nothing when it met another sandbox, as after a clean-up that took too long. */
  const leaveAndLook = async (): Promise<string | undefined> => {
    const left = await service().run(`${WHICH_SANDBOX}\n${LEAVES}`);
    const looked = await service().run(`${LOOKS}\n${WHICH_SANDBOX}`);
    const sandbox = left.stdout.replace(/left\n$/, '');
    return looked.stdout.endsWith(sandbox) ? looked.stdout.slice(0, -sandbox.length) : undefined;
  };

  it('finds nothing that a run before it left, in the same sandbox or in another', async () => {
    const other = await service().addTenant();
    expect(await eventually(leaveAndLook, { timeoutMs: 60_000 })).toBe(UNTOUCHED);
    const elsewhere = [await service().run(LOOKS, { isolation: 'fresh' }), await service().run(LOOKS, {}, other.key)];
    expect(elsewhere.map(({ stdout }) => stdout)).toEqual([UNTOUCHED, UNTOUCHED]);
  }, 90_000);
});
