/** What code can learn of the host, the service and other organizations: what is listed here, and nothing else. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { expect } from '@jest/globals';
import { describeAttacks, type Attack } from './attack.ts';
import { RUNNER_PROCESSES } from './runner-processes.ts';

const OK = { reason: 'ok' } as const;
const GVISOR = 'left out: gVisor shows a /proc and /sys of its own making' as const;

/** Python's own words for a line of the host's file, without what differs from one read to the next. */
const ofHost = (path: string): string => readFileSync(path, 'utf8').trim();

/** Every file below a folder that holds something and can be read. */
const READABLE = `
import os
def readable(root, skip=()):
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in skip]
        for name in files:
            path = os.path.join(folder, name)
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            except OSError:
                continue
            try:
                if os.read(descriptor, 1): found.append(path)
            except OSError:
                pass
            os.close(descriptor)
    return sorted(found)
`;

/** Of the host: its processors, kernel's file systems, load, memory, time since its start. `mounts` is the sandbox's. */
const PROC_READABLE = ['cpuinfo', 'filesystems', 'loadavg', 'meminfo', 'mounts', 'uptime'];

/** Of another process of the runner: what `ps` shows, and nothing of its memory, files or surroundings. */
const PROCESS_READABLE = `arch_status autogroup cgroup cmdline comm coredump_filter cpu_resctrl_groups cpuset gid_map
  limits loginuid mountinfo mounts oom_adj oom_score oom_score_adj projid_map sched schedstat sessionid setgroups stat
  statm status timens_offsets uid_map wchan`.split(/\s+/);

const ENVIRONMENT = {
  BLIS_NUM_THREADS: '1',
  HOME: '/home/sandbox',
  JOBLIB_MULTIPROCESSING: '0',
  LANG: 'C.UTF-8',
  LOKY_MAX_CPU_COUNT: '1',
  MKL_NUM_THREADS: '1',
  MPLBACKEND: 'Agg',
  MPLCONFIGDIR: '/usr/share/code-interpreter/matplotlib',
  NUMBA_NUM_THREADS: '1',
  NUMEXPR_MAX_THREADS: '1',
  NUMEXPR_NUM_THREADS: '1',
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  PATH: '/usr/bin',
  POLARS_MAX_THREADS: '1',
  PYTHONDONTWRITEBYTECODE: '1',
  PYTHONUTF8: '1',
  PYTHON_CPU_COUNT: '1',
  RAYON_NUM_THREADS: '1',
  TZ: 'UTC',
  USER: 'sandbox',
};

const IDENTITY: readonly Attack[] = [
  {
    name: 'prints its environment',
    code: `import json, os, subprocess, sys
print(json.dumps(dict(sorted(os.environ.items()))))
own = open("/proc/self/environ").read() if os.access("/proc/self/environ", os.R_OK) else ""
print([name for name in own.split("\\0") if name.partition("=")[0] not in os.environ])
print(subprocess.run([sys.executable, "-c", "print(len(open('/proc/self/environ').read().split(chr(0))))"], capture_output=True, text=True).stdout)`,
    exit: OK,
    check({ stdout }) {
      expect(JSON.parse(stdout.split('\n')[0] ?? '')).toEqual(ENVIRONMENT);
      expect(stdout).not.toMatch(/redis|postgres|docker|ci_[0-9a-z]/i);
    },
  },
  {
    name: 'asks who and where it is',
    code: `import getpass, glob, os, pathlib, platform, pwd, socket, time
print(getpass.getuser(), os.path.expanduser("~"), pathlib.Path.home(), pwd.getpwnam("sandbox").pw_dir, os.getgroups())
try:
    pwd.getpwuid(os.getuid())
except KeyError:
    print("no entry")
print(socket.gethostname(), platform.node(), open("/etc/hostname").read().strip())
print(time.tzname, time.timezone, open("/etc/timezone").read().strip(), os.readlink("/etc/localtime"))
print([path for path in ("/etc/machine-id", "/var/lib/dbus/machine-id", "/etc/hostid") if os.path.exists(path)])
print([os.path.getsize(path) for path in ("/etc/resolv.conf", "/etc/hosts", "/.dockerenv")])
print(glob.glob("/sys/class/net/*"), open("/proc/net/dev").read().count(":"))
try:
    print(socket.if_nameindex())
except OSError:
    print("refused")`,
    exit: OK,
    stdout: [
      // By the environment, as its uid is in no list.
      'sandbox /home/sandbox /home/sandbox /home/sandbox []',
      'no entry',
      'sandbox sandbox sandbox',
      "('UTC', 'UTC') 0 UTC /usr/share/zoneinfo/UTC",
      ...['[]', '[0, 0, 0]', '[] 1', 'refused', ''],
    ].join('\n'),
    gvisor: 'left out: gVisor names other interfaces',
  },
  {
    name: 'reads the lists of users and their passwords',
    code: `import os
print(open("/etc/passwd").read() + open("/etc/group").read())
print([name for name in ("shadow", "gshadow", "sudoers", "ssh", "ssl/private", "cron.d", "krb5.conf", "fstab") if os.path.exists("/etc/" + name)])
print(sorted(os.listdir("/etc")))`,
    exit: OK,
    stdout:
      /^root:x:0:0:root:\/root:\/none\nsandbox:x:65532:65532::\/home\/sandbox:\/none\nroot:x:0:\nsandbox:x:65532:\n\n\[\]\n/,
  },
];

const HOST: readonly Attack[] = [
  {
    name: 'reads all of /proc',
    code: `${READABLE}
processes = [name for name in os.listdir("/proc") if name.isdigit()]
print([path for path in readable("/proc", (*processes, "self", "thread-self")) if path.removeprefix("/proc/") not in ${JSON.stringify(PROC_READABLE)}])`,
    exit: OK,
    stdout: '[]\n',
    gvisor: GVISOR,
  },
  {
    name: 'reads all of /sys',
    code: `${READABLE}
print([path for path in readable("/sys") if not path.startswith("/sys/fs/cgroup/")])
print([folder for folder in os.listdir("/sys") if folder != "fs" and os.listdir("/sys/" + folder)])`,
    exit: OK,
    stdout: '[]\n[]\n',
    gvisor: GVISOR,
  },
  {
    name: 'looks for traces of the host in everything that it can read',
    code: `${READABLE}
wanted = ${JSON.stringify({
      'command line of the kernel': ofHost('/proc/cmdline'),
      'version of the kernel': ofHost('/proc/version'),
      'id of the start': ofHost('/proc/sys/kernel/random/boot_id'),
      'name of the host': `HOSTNAME=${hostname()}`,
    })}
processes = [name for name in os.listdir("/proc") if name.isdigit()]
paths = readable("/proc", processes) + readable("/etc") + readable("/sys")
for path in paths + ["/proc/self/mountinfo", "/proc/self/cgroup", "/proc/self/status", "/proc/1/cmdline"]:
    try:
        text = open(path, "rb").read(1 << 20)
    except OSError:
        continue
    for what, value in wanted.items():
        if value.encode() in text: print(what, path)
print(len(paths) > 5)`,
    fields: { timeout_ms: 5_000 },
    exit: OK,
    stdout: 'True\n',
    gvisor: GVISOR,
  },
  {
    name: 'reads its own mounts and control groups',
    // Paths of the engine's store and the container's id: listed in SECURITY.md.
    code: `import re
mounts = [line.split() for line in open("/proc/self/mountinfo")]
print(sorted({fields[4] for fields in mounts if not fields[4].startswith(("/proc/", "/sys/"))}))
print([fields[4] for fields in mounts if fields[3] != "/" and re.search("/(docker|containers)/", fields[3]) and not re.match("/sys/fs/cgroup|/etc/hostname", fields[4])])
print({re.sub("[0-9a-f]{64}", "ID", line.strip().split(":")[2]) for line in open("/proc/self/cgroup")} <= {"/docker/ID", "/", "/system.slice/docker-ID.scope"})`,
    exit: OK,
    stdout: "['/', '/dev', '/etc/hostname', '/mnt/data', '/proc', '/sys']\n[]\nTrue\n",
    gvisor: GVISOR,
  },
];

const OTHERS: readonly Attack[] = [
  {
    name: 'lists the processes',
    // The supervisor, two zygotes, the child that waits in the other one, and the run itself.
    code: `${RUNNER_PROCESSES}
pids = all_pids()
print(len(pids), {open(f"/proc/{pid}/cmdline").read() for pid in pids})
uids = sorted({int(uid_of(pid)) for pid in pids})
print(uids[0], uids[1] % 2, uids[2] - uids[1], os.getuid() in uids)`,
    fields: { timeout_ms: 20_000 },
    exit: OK,
    stdout: /^5 \{'\/usr\/bin\/python3\\x00-m\\x00runner\\x00'\}\n0 0 1 True\n$/,
    gvisor: {},
  },
  {
    name: 'reads what the kernel tells of the other processes',
    code: `import os
own = str(os.getpid())
for pid in [name for name in os.listdir("/proc") if name.isdigit() and name != own]:
    for place in (f"/proc/{pid}", f"/proc/{pid}/task/{pid}"):
        for name in os.listdir(place):
            path = f"{place}/{name}"
            try:
                if os.path.islink(path): os.readlink(path)
                elif os.path.isdir(path):
                    if name in ("attr", "net", "task"): continue
                    os.listdir(path)
                else:
                    with open(path, "rb") as file: file.read(10)
            except OSError:
                continue
            if name not in ${JSON.stringify([...PROCESS_READABLE, 'children'])}: print(path)
for pid in (1, os.getppid()):
    for name in ("environ", "maps", "mem", "smaps", "auxv", "stack", "syscall", "io", "fd/0", "cwd/etc", "root/etc", "ns/mnt", "map_files"):
        try:
            os.stat(f"/proc/{pid}/{name}") if "/" in name or name == "map_files" and os.listdir(f"/proc/{pid}/map_files") else open(f"/proc/{pid}/{name}", "rb").read(1)
            print("read", pid, name)
        except OSError:
            pass
print("end")`,
    exit: OK,
    stdout: 'end\n',
    gvisor: GVISOR,
  },
  {
    name: 'looks for the service, its stores and other sandboxes',
    code: `import os
absent = ("/var/run/docker.sock", "/run/docker.sock", "/run/containerd", "/var/lib/docker", "/var/lib/postgresql", "/var/lib/redis",
          "/work", "/app", "/srv", "/run/secrets", "/var/run/secrets", "/var/log", "/root/.ssh", "/home/sandbox/.config")
print([path for path in absent if os.path.exists(path)])
found = []
for folder, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(folder, name) not in ("/proc", "/sys", "/dev", "/usr")]
    found += [os.path.join(folder, name) for name in files]
print([path for path in found if path != "/.dockerenv" and not path.startswith(("/etc/", "/opt/code-interpreter/runner/", "/var/cache/"))])
print([path for path in found if path.endswith((".sock", ".pem", ".key", ".db", ".sqlite", ".log", ".env", ".ts", ".mjs"))])`,
    exit: OK,
    stdout: '[]\n[]\n[]\n',
    gvisor: {},
  },
  {
    name: 'looks in its own memory for the job of another',
    code: `import gc, os, sys
descriptors = {}
for name in os.listdir("/proc/self/fd"):
    try: descriptors[int(name)] = os.readlink(f"/proc/self/fd/{name}").split(":")[0]
    except OSError: pass
print(sorted(fd for fd in descriptors if fd not in (0, 1, 2, 1023)))
print([kept for kept in gc.get_objects() if type(kept).__name__ == "socket" and kept.fileno() >= 0])`,
    exit: OK,
    stdout: '[]\n[]\n',
  },
];

describeAttacks('information', [...IDENTITY, ...HOST, ...OTHERS]);
