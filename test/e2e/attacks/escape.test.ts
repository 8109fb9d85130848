/** What code tries to become more than a process without rights: by calls, files, other processes, and the runner. */
import { expect, it } from '@jest/globals';
import { describeAttacks, type Attack, type MoreTests } from './attack.ts';
import { RUNNER_PROCESSES } from './runner-processes.ts';
import { CALLING } from './system-calls.ts';

const OK = { reason: 'ok' } as const;
const END = 'end\n';

/** `tries(work, …)` prints which of the works did not raise OSError. */
const TRYING = `
import os
def tries(**works):
    for name, work in works.items():
        try:
            print("done", name, work())
        except OSError:
            pass
`;

const RIGHTS: readonly Attack[] = [
  {
    name: 'takes other users, groups and capabilities',
    code: `${CALLING}${TRYING}
tries(uid=lambda: os.setuid(0), gid=lambda: os.setgid(0), groups=lambda: os.setgroups([0]), euid=lambda: os.seteuid(0),
      saved=lambda: os.setresuid(-1, -1, 0), other=lambda: os.setresuid(os.getuid() ^ 1, -1, -1),
      shadow=lambda: os.setresgid(42, 42, 42), initgroups=lambda: os.initgroups("root", 0), nice=lambda: os.nice(-5))
header = (ctypes.c_uint32 * 2)(0x20080522, 0)
print(call("capset", ctypes.addressof(header), ctypes.addressof((ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6))))
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(*(status[key].strip() for key in ("CapInh", "CapPrm", "CapEff", "CapAmb", "NoNewPrivs", "Seccomp", "Groups")))`,
    exit: OK,
    stdout: `1\n${'0000000000000000 '.repeat(4)}1 2 \n`,
    gvisor: 'left out: gVisor shows another /proc/self/status',
  },
  {
    name: 'makes and enters namespaces',
    code: `${TRYING}
kinds = ("CLONE_NEWUSER", "CLONE_NEWNET", "CLONE_NEWNS", "CLONE_NEWPID", "CLONE_NEWIPC", "CLONE_NEWUTS", "CLONE_NEWCGROUP", "CLONE_NEWTIME")
tries(**{kind: lambda kind=kind: os.unshare(getattr(os, kind)) for kind in kinds})
for name in ("mnt", "net", "pid", "user", "ipc", "uts", "cgroup"):
    for pid in ("self", "1"):
        tries(**{pid + name: lambda: os.setns(os.open(f"/proc/{pid}/ns/{name}", os.O_RDONLY))})
print("end")`,
    exit: OK,
    stdout: END,
  },
  {
    name: 'mounts, changes its root, attaches and swaps',
    code: `${CALLING}
def refused(name, *arguments):
    text = [ctypes.c_char_p(argument.encode()) if isinstance(argument, str) else argument for argument in arguments]
    ctypes.set_errno(0)
    return getattr(libc, name)(*text) == -1
print([refused("mount", "none", "/mnt", "tmpfs", 0, None), refused("mount", "/", "/mnt", None, 4096, None),
       refused("mount", None, "/", None, 32 | 4096, None), refused("umount2", "/proc/sys", 2), refused("umount2", "/", 2),
       refused("chroot", "/mnt"), refused("swapon", "/dev/null", 0), refused("sethostname", "x", 1)])
print([call(name) for name in ("pivot_root", "open_tree", "move_mount", "fsopen", "fsmount", "mount_setattr")])`,
    exit: OK,
    stdout: `[${Array(8).fill('True').join(', ')}]\n[1, 1, 1, 1, 1, 1]\n`,
    gvisor: 'left out: gVisor answers some calls with ENOSYS',
  },
  {
    name: 'makes and opens devices',
    code: `${TRYING}
import stat
for place in (".", "/dev", "/dev/mqueue", "/tmp", "/mnt/data", "/proc/self/cwd"):
    for kind in (stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFREG):
        tries(node=lambda: os.mknod(place + "/node", kind | 0o666, os.makedev(1, 1)))
for name in ("kvm", "fuse", "mem", "kmem", "port", "kmsg", "sda", "vda", "nvme0n1", "loop-control", "net/tun", "vhost-vsock", "vsock", "userfaultfd", "ptmx", "pts/ptmx", "cuse", "mapper/control"):
    tries(**{name: lambda: os.open("/dev/" + name, os.O_RDWR | os.O_NOCTTY)})
print("end")`,
    exit: OK,
    stdout: END,
    // They lead to gVisor itself: it has these for every container.
    gvisor: { stdout: /^(done (fuse|net\/tun|ptmx|pts\/ptmx) \d+\n)*end\n$/ },
  },
  {
    name: 'writes to control groups, to the kernel and to its own place in it',
    code: `${TRYING}
import glob
paths = ["/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/vm/drop_caches", "/proc/sysrq-trigger", "/sys/kernel/uevent_helper",
         "/proc/self/oom_score_adj", "/proc/self/oom_adj", "/proc/self/uid_map", "/proc/self/setgroups", "/proc/self/mem", "/proc/self/attr/current",
         "/proc/self/loginuid", "/proc/self/coredump_filter", "/proc/self/timerslack_ns", "/proc/self/clear_refs", "/proc/self/comm", "/proc/self/sched"]
paths += glob.glob("/sys/fs/cgroup/**", recursive=True)
null = os.stat("/dev/null").st_rdev
for path in paths:
    if os.path.exists(path) and os.stat(path).st_rdev != null:
        tries(**{path: lambda: os.open(path, os.O_WRONLY), path + "/new": lambda: os.mkdir(path + "/new"), path + " mode": lambda: os.chmod(path, 0o777)})
tries(release=lambda: open("/sys/fs/cgroup/memory/release_agent", "w").write("/x"))
print(len(paths) > 20, open("/proc/self/oom_score_adj").read().strip())`,
    exit: OK,
    stdout: 'True 1000\n',
    gvisor: 'left out: gVisor has no control groups inside',
  },
];

const PROCESSES: readonly Attack[] = [
  {
    name: 'signals, traces and reorders supervisor, zygotes and the child that waits for another run',
    code: `${CALLING}
${RUNNER_PROCESSES}
import resource
wrong = []
for pid in others:
    for number in (0, signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGCONT, 64):
        try:
            os.kill(pid, number)
            wrong.append(("kill", pid, number))
        except PermissionError:
            pass
    for name, arguments in {"tgkill": (pid, pid, 9), "tkill": (pid, 9), "ptrace": (16, pid), "process_vm_readv": (pid,), "process_vm_writev": (pid,),
                            "prlimit64": (pid, 7, 0, 0), "setpriority": (0, pid, 19), "sched_setaffinity": (pid,), "sched_setscheduler": (pid,),
                            "kcmp": (pid, os.getpid()), "get_robust_list": (pid,), "migrate_pages": (pid,), "move_pages": (pid,), "rt_sigqueueinfo": (pid, 9),
                            "pidfd_open": (pid, 0), "process_madvise": (pid,), "process_mrelease": (pid,)}.items():
        if call(name, *arguments) not in (1, 38): wrong.append((name, pid))
    for work in (os.setpgid, lambda pid, _: os.killpg(pid, 9) if pid > 1 else os.setpgid(pid, 0)):
        try:
            work(pid, 0)
            wrong.append(("group", pid))
        except OSError:
            pass
print(len(others), wrong)`,
    fields: { timeout_ms: 20_000 },
    exit: OK,
    // Supervisor, two zygotes, the child that waits in the other one.
    stdout: '4 []\n',
    gvisor: 'left out: gVisor answers some calls with ENOSYS or ESRCH',
  },
];

const PROGRAMS: readonly Attack[] = [
  {
    name: 'starts shells',
    code: `${TRYING}
import ctypes, subprocess
print(os.system("id"), ctypes.CDLL(None).system(b"id") != 0)
tries(run=lambda: subprocess.run("id", shell=True), popen=lambda: subprocess.Popen(["sh", "-c", "id"]), bash=lambda: os.execl("/bin/bash", "bash"),
      exec=lambda: os.execl("/bin/sh", "sh"), busybox=lambda: os.execlp("busybox", "sh"), script=lambda: os.execv("/usr/lib/python3.13/base64.py", ["x"]))
print("end")`,
    exit: OK,
    stdout: `${String(127 * 256)} True\n${END}`,
  },
  {
    name: 'starts Python anew, which has no more rights than the first',
    code: `
import sys, subprocess
show = "import os; print(os.getresuid()[0] > 0, os.getresuid() == os.getresgid(), [line.split()[1] for line in open('/proc/self/status') if line.startswith(('CapEff', 'NoNewPrivs', 'Seccomp:'))]); open('/dev/zero', 'w')"
ended = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True)
print(ended.stdout.strip(), "PermissionError" in ended.stderr, ended.returncode)`,
    exit: OK,
    stdout: "True True ['0000000000000000', '1', '2'] True 1\n",
    gvisor: 'left out: gVisor shows another /proc/self/status',
  },
];

const LANGUAGE: readonly Attack[] = [
  {
    name: 'climbs through Python to everything in its process',
    // No restriction inside Python is claimed: what is reached that way is the process, which has no rights.
    code: `
import gc, sys
classes = ().__class__.__base__.__subclasses__()
wrap = [found for found in classes if found.__name__ == "_wrap_close"][0]
system = wrap.__init__.__globals__["system"]
print(system("id"), "{0.__class__.__mro__}".format(1).count("object"))
frame, reached = sys._getframe(), []
while frame:
    reached.append(frame.f_globals.get("__name__"))
    frame = frame.f_back
import runner.supervisor, runner.zygote
supervisors = [kept for kept in gc.get_objects() if type(kept).__name__ in ("Supervisor", "Outbox", "Run", "Job", "Child")]
sockets = [kept for kept in gc.get_objects() if type(kept).__name__ == "socket" and kept.fileno() >= 0]
print(supervisors, sockets)`,
    exit: OK,
    stdout: `${String(127 * 256)} 1\n[] []\n`,
  },
  {
    name: 'shows a value that acts where it is unpickled, parsed or merged',
    code: `
class Value:
    def __reduce__(self): return (exec, ("raise SystemExit(9)",))
    def __repr__(self): return "!!python/object/apply:os.system ['id'] \${jndi:ldap://x} $(id) {{7*7}}"
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": repr(self), "application/json": '{"__proto__": {"polluted": true}}', "__proto__": "x", "constructor": "y"}
Value()`,
    exit: OK,
    check({ outputs }) {
      const [result] = outputs;
      const data = result?.type === 'result' ? result.data : {};
      const text = "!!python/object/apply:os.system ['id'] ${jndi:ldap://x} $(id) {{7*7}}";
      const notes = "'__proto__' left out: no media type; 'constructor' left out: no media type";
      expect(data['text/plain']).toBe(`${text} (${notes})`);
      expect(Object.keys(data).filter((type) => !type.includes('/'))).toEqual([]);
      expect('polluted' in {}).toBe(false);
    },
  },
  {
    name: 'hands over text that would act in a shell, a command line or a document',
    code: 'import sys\nprint(repr(sys.stdin.read()))\n# $(touch /tmp/x) `id` ; -c --help',
    fields: { stdin: '$(id) `id` ; | & -x --help\n\r\u001b[0m "\'\\ {"__proto__":1} !!x *a &a %s %n ../../etc' },
    exit: OK,
    check({ stdout }) {
      expect(stdout).toContain('$(id) `id` ; | & -x --help');
      expect(stdout).toContain('%s %n ../../etc');
    },
  },
];

/** Everybody may write to /dev/zero: only Landlock refuses it. */
const LANDLOCK = `${CALLING}
abi = libc.syscall(444, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
try:
    os.close(os.open("/dev/zero", os.O_WRONLY))
    refused = 0
except OSError as error:
    refused = error.errno
print(max(0, abi), refused)
`;

const POISON = `
import builtins, json, os, sys, signal, random
builtins.print = lambda *_: os.write(1, b"poisoned")
for name, module in list(sys.modules.items()):
    if name.startswith("runner") or name in ("json", "os", "ast", "io", "linecache"):
        for key in list(vars(module)):
            if not key.startswith("__"): setattr(module, key, None) if name.startswith("runner") else vars(module).setdefault("poisoned", True)
sys.path.insert(0, "/proc/self/fd")
os.environ = {"PYTHONPATH": "/tmp", "LD_PRELOAD": "/x"}
signal.signal(signal.SIGTERM, signal.SIG_IGN)
random.seed(0)
`;

const LOOK = `
import builtins, json, os, sys, signal
print(hasattr(json, "poisoned") or hasattr(os, "poisoned"), "/proc/self/fd" in sys.path, os.environ.get("PYTHONPATH"), signal.getsignal(signal.SIGTERM) == signal.SIG_DFL)
for path in ("/usr/lib/python3.13/sitecustomize.py", "/usr/lib/python3/dist-packages/usercustomize.py", "/home/sandbox/.config/matplotlib/matplotlibrc", "/home/sandbox/.pythonrc", "matplotlibrc", "/usr/share/code-interpreter/matplotlib/matplotlibrc", "/usr/lib/python3/dist-packages/x.pth", "/etc/ld.so.preload"):
    try:
        open(path, "a").close()
        print("written", path)
    except OSError:
        pass
`;

const more: MoreTests = (service) => {
  it('is held by Landlock where the kernel has it, of the version that the worker tells of', async () => {
    const { stdout } = await service().run(LANDLOCK);
    const ready = await service().workers[0]?.logged('ready');
    const told = Number(/"landlock":(\d+)/.exec(JSON.stringify(ready))?.[1]);
    expect(stdout).toBe(told > 0 ? `${String(told)} 13\n` : '0 0\n');
  });

  it('finds nothing of what an earlier run changed in the runner, the modules and the environment', async () => {
    const before = await service().run(LOOK);
    await service().run(POISON);
    const after = await service().run(LOOK);
    expect([before.stdout, after.stdout]).toEqual(Array(2).fill('False False None True\n'));
    expect(after.exit).toMatchObject(OK);
  });
};

describeAttacks('escape', [...RIGHTS, ...PROCESSES, ...PROGRAMS, ...LANGUAGE], more);
