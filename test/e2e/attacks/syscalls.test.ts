/** Every system call that the profile does not allow, by its number, and the forms of allowed ones that it refuses. */
import { expect, it } from '@jest/globals';
import { RUNTIME } from './attacked-service.ts';
import { describeAttacks, type Attack } from './attack.ts';
import { CALLING, CALLS, errnoOf, isAllowed, NAMED } from './system-calls.ts';

const OK = { reason: 'ok' } as const;
const NOTHING = '[]\n';
/** gVisor keeps to the profile, but not to its error numbers: it answers EPERM to whatever is refused, clone3 apart. */
const REFUSED = (errno: number): number => (RUNTIME === 'runsc' ? 1 : errno);

/** The kernel lets these two through every filter; outside of a probe of its own it refuses them itself. */
const UNFILTERED = ['uretprobe', 'uprobe'];

const refused = Object.keys(CALLS)
  .filter((name) => !isAllowed(name) && !UNFILTERED.includes(name))
  .map((name) => [name, name === 'clone3' ? errnoOf(name) : REFUSED(errnoOf(name))] as const);

const BY_NUMBER: readonly Attack[] = [
  {
    name: 'makes every call that is not allowed',
    // runc answers ENOSYS (38) to what is newer than any call of the profile that its libseccomp knows.
    code: `${CALLING}
wrong = []
for name, errno in json.loads('${JSON.stringify(refused)}'):
    number = CALLS[name][column]
    if number is None: continue
    seen = by_number(number)
    if seen != errno and not (number > 449 and seen == 38): wrong.append((name, seen, errno))
print(wrong)`,
    exit: OK,
    stdout: NOTHING,
  },
  {
    name: 'makes calls whose numbers nobody has given out',
    code: `${CALLING}
known = {numbers[column] for numbers in CALLS.values()}
print([number for number in range(2048) if number not in known and by_number(number) not in (1, 38)])`,
    exit: OK,
    stdout: NOTHING,
  },
  {
    name: 'makes the calls that no filter holds back',
    // SIGILL, or ENXIO, EPERM, ENOSYS by the kernel's age.
    code: `${CALLING}
def tries(number):
    os._exit(by_number(number))
ends = [outcome(lambda: tries(CALLS[name][0])) for name in ${JSON.stringify(UNFILTERED)} if column == 0]
print([end for end in ends if end not in (signal.SIGILL, 6 << 8, 1 << 8, 38 << 8)])`,
    exit: OK,
    stdout: NOTHING,
  },
  {
    name: 'makes calls in the x32 and the 32-bit way',
    code: `${CALLING}
import mmap
def x32():
    by_number(0x40000000 | CALLS["getpid"][0])
def i386():
    # mov eax, 20 (getpid); int 0x80; ret
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3")
    ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
print([outcome(x32), outcome(i386)] == [signal.SIGSYS] * 2 if column == 0 else True)`,
    exit: OK,
    stdout: 'True\n',
    gvisor: 'left out: gVisor answers, where the kernel ends the process',
  },
];

/** Each prints what was not refused in the way that it must be. */
const BY_ARGUMENT: readonly Attack[] = [
  {
    name: 'opens sockets of every family but AF_UNIX',
    code: `${CALLING}
families = [*range(0, 64), 1 | 1 << 32, 255]
print([(name, family) for name in ("socket", "socketpair") for family in families
       for kind in (1, 2, 3) if family != 1 and call(name, family, kind, 0, 0) != ${String(REFUSED(97))}])
print(call("socket", 1, 1, 0))`,
    exit: OK,
    stdout: '[]\n0\n',
  },
  {
    name: 'clones into namespaces, and children of its parent',
    code: `${CALLING}
CHILD = 17  # SIGCHLD
flags = [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000, 0x8000, 0x2000]
print([hex(flag) for flag in flags if call("clone", flag | CHILD, 0, 0, 0, 0) != 1])
print(call("clone3", 0, 0))`,
    exit: OK,
    stdout: '[]\n38\n',
  },
  {
    name: 'types into terminals and asks for device controls',
    code: `${CALLING}
# TIOCSTI, TIOCLINUX, TIOCSCTTY, TIOCSPTLCK, FIOASYNC, SIOCGIFCONF, SIOCGIFHWADDR, FICLONE, FS_IOC_SETFLAGS, TCSETS, BLKROGET
controls = [0x5412, 0x541C, 0x540E, 0x40045431, 0x5452, 0x8912, 0x8927, 0x40049409, 0x40086602, 0x5402, 0x125E]
read_end, write_end = os.pipe()
socket = libc.socket(1, 1, 0)
print([(hex(control), fd) for control in controls + [0x5412 | 1 << 32] for fd in (0, read_end, socket)
       if call("ioctl", fd, control, 0) != 1])
print(os.isatty(1), os.get_blocking(read_end))`,
    exit: OK,
    stdout: '[]\nFalse True\n',
  },
  {
    name: 'changes what a process is',
    code: `${CALLING}
allowed = {1, 2, 3, 15, 16, 23, 38, 39}
options = [option for option in range(1, 100) if option not in allowed]
print([option for option in [*options, 0x59616D61, 0x53564D41, 4 | 1 << 32] if call("prctl", option, 0, 0, 0, 0) != 1])
# ARCH_SET_GS, ARCH_SET_CPUID, ARCH_MAP_VDSO_32
print([code for code in (0x1001, 0x1012, 0x2002) if column == 0 and call("arch_prctl", code, 0) != 1])`,
    exit: OK,
    stdout: '[]\n[]\n',
  },
  {
    name: 'loads programs into the kernel by a socket',
    code: `${CALLING}
socket = libc.socket(1, 1, 0)
# SO_ATTACH_FILTER, SO_ATTACH_BPF, SO_ATTACH_REUSEPORT_CBPF, _EBPF, SO_LOCK_FILTER, SO_MARK, SO_PRIORITY, SO_BINDTODEVICE
print([option for option in (26, 50, 51, 52, 44, 36, 12, 25) if call("setsockopt", socket, 1, option, 0, 0) != 1])
print(call("setsockopt", socket, 6, 2, 0, 0))`,
    exit: OK,
    stdout: '[]\n1\n',
  },
  {
    name: 'takes huge pages, which no memory limit counts',
    code: `${CALLING}
print(call("mmap", 0, 1 << 21, 3, 0x40022, -1, 0), call("memfd_create", 0, 4), call("memfd_create", 0, 4 | 21 << 26))`,
    exit: OK,
    stdout: '1 1 1\n',
  },
  {
    name: 'changes its limit on core dumps, and no more than reads it',
    code: `${CALLING}
limits = (ctypes.c_uint64 * 2)()
place = ctypes.addressof(limits)
ways = lambda resource: (("setrlimit", resource, place), ("prlimit64", 0, resource, place, 0), ("prlimit64", 0, resource, place, place))
print([call(*way) for number in (4, 4 | 1 << 32) for way in ways(number)])
print([number for number in range(16) if call("prlimit64", 0, number, 0, place) != 0 or number != 4 and any(call(*way) for way in ways(number))])
print(call("getrlimit", 4, place), list(limits))`,
    exit: OK,
    stdout: '[1, 1, 1, 1, 1, 1]\n[]\n0 [1, 1]\n',
    // It lets nobody set most of them.
    gvisor: { stdout: /^\[1, 1, 1, 1, 1, 1\]\n.*\n0 \[1, 1\]\n$/ },
  },
  {
    name: 'takes more room for a pipe, its own or one to the supervisor',
    code: `${CALLING}
import fcntl, os
own = os.pipe()[1]
room = lambda: [fcntl.fcntl(pipe, 1032) for pipe in (1, 2, 1023, own)]
before = room()
print([call("fcntl", pipe, command, 1 << 20) for pipe in (1, 2, 1023, own) for command in (1031, 1031 | 1 << 32)], room() == before)`,
    exit: OK,
    stdout: '[1, 1, 1, 1, 1, 1, 1, 1] True\n',
  },
  {
    name: 'changes limits and priorities of others',
    code: `${CALLING}
pids = [1, os.getppid()] + [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
print([pid for pid in pids for resource in range(16) if call("prlimit64", pid, resource, 0, 0) != 1])
print([pid for pid in pids if call("setpriority", 0, pid, 19) != 1])
print([which for which in (1, 2) if call("setpriority", which, 0, 19) != 1], call("setpriority", 0, 0, -20))`,
    exit: OK,
    stdout: /^\[\]\n\[\]\n\[\] (1|13)\n$/,
    // A number that gVisor keeps for itself.
    gvisor: { stdout: '[]\n[]\n[] 0\n' },
  },
];

/** Whatever else comes to be allowed: these never. */
const NEVER = `acct add_key bpf chroot clock_settime delete_module fanotify_init finit_module fsopen init_module
  io_uring_setup ioperm iopl kcmp kexec_load keyctl memfd_secret mount mount_setattr move_mount mq_open name_to_handle_at
  open_by_handle_at open_tree perf_event_open personality pidfd_getfd pivot_root process_madvise process_vm_readv
  process_vm_writev ptrace quotactl reboot request_key seccomp semget setdomainname sethostname setns settimeofday
  shmget splice swapon syslog umount2 unshare userfaultfd vmsplice`.split(/\s+/);

describeAttacks('system calls', [...BY_NUMBER, ...BY_ARGUMENT], () => {
  it('allows none of the calls that open ways out', () => {
    expect(NEVER.filter((name) => !(name in CALLS) || isAllowed(name))).toEqual([]);
  });

  it('knows every call that the profile names', () => {
    expect(NAMED.filter((name) => !(name in CALLS))).toEqual([]);
  });

  it('knows every call by its numbers', () => {
    expect(Object.keys(CALLS).length).toBeGreaterThan(375);
    expect(CALLS).toMatchObject({ read: [0, 63], openat: [257, 56], clone3: [435, 435], fork: [57, null] });
  });
});
