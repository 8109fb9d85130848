/** The image and the devices of a sandbox, walked from inside by both users that code runs as. */
import { describeAttacks, type Attack } from './attack.ts';

const OK = { reason: 'ok' } as const;

/** What no image of the sandbox may hold: shells, package managers, compilers, other interpreters, network tools. */
const PROGRAMS = `apk apt apt-get ash as bash busybox c++ cargo cc chroot chsh clang cpp csh curl dash dnf docker dpkg expect
  fish g++ gcc gdb git go ip iptables ksh ld lua make mawk mksh mount nc ncat newgrp nft node nsenter passwd perl ping pip
  pip3 pkexec rpm ruby runc rustc sh socat ssh strace su sudo tcc tcsh telnet tini toybox umount unshare wget yum zsh`;

const EXECUTABLE = ['ld-linux', 'python3.13'];

/** The users of the two zygotes, an even id and the next one: an import of numpy chooses the second. */
const AS_EACH_USER = [
  { user: 'of plain code', first: 'import os\nassert os.getuid() % 2 == 0' },
  { user: 'of scientific code', first: 'import os, numpy\nassert os.getuid() % 2 == 1' },
];

const WALK = `
import stat
bad = []
programs = set("""${PROGRAMS}""".split())
def look(path, name):
    status = os.lstat(path)
    mode = status.st_mode
    if name in programs and "bin/" in path: bad.append(("program", path))
    if stat.S_ISLNK(mode): return
    if status.st_uid != 0 or status.st_gid != 0: bad.append(("not root's", path))
    if mode & (stat.S_IWGRP | stat.S_IWOTH): bad.append(("writable", path))
    if mode & (stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX): bad.append(("set id", path))
    if os.access(path, os.W_OK): bad.append(("may be written", path))
    if stat.S_ISDIR(mode): return
    if not stat.S_ISREG(mode): bad.append(("no file", path))
    if "security.capability" in os.listxattr(path): bad.append(("capability", path))
    # The engine's own /etc/hosts and the like are empty files that everybody may execute.
    if mode & 0o111 and status.st_size > 0 and not name.startswith(tuple(${JSON.stringify(EXECUTABLE)})): bad.append(("program", path))
count = 0
for folder, folders, files in os.walk("/"):
    if folder == "/": folders[:] = [name for name in folders if name not in ("proc", "sys", "dev")]
    for name in folders + files:
        count += 1
        look(os.path.join(folder, name), name)
print(bad[:20], count > 5_000)
`;

/** Opens every file in /dev, /proc and /sys for writing, and makes new ones in every folder there. */
const KERNEL_FILES = `
null = os.stat("/dev/null").st_rdev
own = str(os.getpid())
opened = set()
def attempt(path):
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError:
        return
    if os.fstat(descriptor).st_rdev != null: opened.add(path)
    os.close(descriptor)
for root in ("/dev", "/proc", "/sys"):
    for folder, folders, files in os.walk(root):
        if folder == "/proc": folders[:] = [name for name in folders if not name.isdigit() or name in (own, "1")]
        if folder.endswith(("/task", "/map_files")): folders[:] = files[:] = []
        if folder.endswith("/fd"): continue
        # /dev/stdin and its like are links to descriptors that the run has anyway.
        for name in files:
            if not os.path.realpath(path := os.path.join(folder, name)).startswith(("/memfd:", "/proc/" + own + "/fd/")): attempt(path)
        for make in (lambda path: os.mkdir(path), lambda path: open(path, "x").close(), lambda path: os.symlink("x", path)):
            try:
                make(os.path.join(folder, "new"))
                opened.add("made in " + folder)
            except OSError:
                pass
print(sorted(opened))
`;

/** The runtime's own: name, kind, and major and minor number. */
const DEVICES = `
import stat
nodes = {}
for folder, folders, files in os.walk("/dev"):
    for name in files:
        status = os.stat(os.path.join(folder, name), follow_symlinks=False)
        if stat.S_ISLNK(status.st_mode): continue
        nodes[os.path.join(folder, name)] = (stat.S_ISCHR(status.st_mode), os.major(status.st_rdev), os.minor(status.st_rdev))
print(nodes == {"/dev/null": (True, 1, 3), "/dev/zero": (True, 1, 5), "/dev/full": (True, 1, 7), "/dev/random": (True, 1, 8),
                "/dev/urandom": (True, 1, 9), "/dev/tty": (True, 5, 0)} or nodes)
for path in ("/dev/shm", "/dev/mqueue", "/dev/pts", "/dev/console", "/dev/kmsg", "/dev/mem", "/dev/port", "/dev/kvm", "/dev/fuse", "/dev/net/tun", "/dev/vda", "/dev/sda", "/dev/loop-control", "/dev/vhost-vsock"):
    if os.path.exists(path): print(path)
try:
    open("/dev/tty").close()
    print("a terminal")
except OSError as error:
    print(error.errno)
`;

const MOUNTS = `
import os
for line in open("/proc/self/mountinfo"):
    fields = line.split()
    place, options, kind = fields[4], set(fields[5].split(",")), fields[fields.index("-") + 1]
    if "ro" in options: continue
    # Masked by the node of /dev/null.
    if fields[3] == "/null": continue
    if place in ("/proc", "/sys/fs/cgroup") and "nosuid" in options: continue
    # What an execution is given lies there; root alone writes to it.
    if place == "/mnt/data" and options >= {"nosuid", "nodev", "noexec"}:
        status = os.stat(place)
        if status.st_uid == 0 and status.st_mode & 0o7777 == 0o755 and not os.access(place, os.W_OK): continue
    print(line)
print("end")
`;

/** gVisor gives every container a `/tmp` with the usual mode; it is mounted read-only. */
const GVISOR_WALK = { stdout: "[('writable', '/tmp'), ('set id', '/tmp')] True\n" };

const WALKS = [
  { what: 'every file of the image for rights, programs and places to write', code: WALK, stdout: '[] True\n' },
  { what: 'every file of /dev, /proc and /sys for one to write to', code: KERNEL_FILES, stdout: '[]\n' },
  { what: 'the device nodes', code: DEVICES, stdout: 'True\n6\n' },
  { what: 'the mounts for one that can be written', code: MOUNTS, stdout: 'end\n' },
];

const ATTACKS: readonly Attack[] = AS_EACH_USER.flatMap(({ user, first }) =>
  WALKS.map(({ what, code, stdout }) => ({
    name: `searches ${what}, as the user ${user}`,
    code: first + code,
    fields: { timeout_ms: 10_000 },
    exit: OK,
    stdout,
    gvisor: code === WALK ? GVISOR_WALK : 'left out: gVisor has devices and mounts of its own',
  })),
);

describeAttacks('the image from inside', ATTACKS);
