/** The seccomp profile as the tests read it, and Python that makes system calls by number. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Profile = z.object({
  syscalls: z.array(z.object({ names: z.array(z.string()), action: z.string(), errnoRet: z.int().optional() })),
});

const readJson = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

const RULES = Profile.parse(readJson('../../../sandbox-image/seccomp.json')).syscalls;

/**
 * Every call of Linux 6.18 and its numbers on x86_64 and on arm64, null where it has none (from `asm/unistd_64.h` and
 * `asm-generic/unistd.h`; from 424 on the numbers are the same everywhere).
 */
export const CALLS = z
  .record(z.string(), z.tuple([z.int(), z.int().nullable()]))
  .parse(readJson('./system-calls.json'));

/** Every call that the profile names. */
export const NAMED = RULES.flatMap(({ names }) => names);

const EPERM = 1;

const rulesOf = (name: string) => RULES.filter(({ names }) => names.includes(name));

export const isAllowed = (name: string): boolean => rulesOf(name).some(({ action }) => action === 'SCMP_ACT_ALLOW');

/** The error number that the profile gives for a call which it allows with no arguments at all. */
export const errnoOf = (name: string): number => rulesOf(name)[0]?.errnoRet ?? EPERM;

/**
 * `call(name, *arguments)` is the error number of a system call, 0 when it succeeded; missing arguments are -1, which
 * is good for nothing. `outcome(work)` is the wait status of a process of its own that does `work`.
 */
export const CALLING = `
import ctypes, json, os, platform, signal
libc = ctypes.CDLL(None, use_errno=True)
CALLS = json.loads('${JSON.stringify(CALLS)}')
column = {"x86_64": 0, "aarch64": 1}[platform.machine()]

def by_number(number, *arguments):
    full = (*arguments, *(-1 for _ in range(6 - len(arguments))))
    own = os.getpid()
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *(ctypes.c_long(value) for value in full))
    if os.getpid() != own: os._exit(0)
    return ctypes.get_errno() if result == -1 else 0

def call(name, *arguments):
    return by_number(CALLS[name][column], *arguments)

def outcome(work):
    pid = os.fork()
    if pid == 0:
        try: work()
        finally: os._exit(0)
    return os.waitpid(pid, 0)[1]
`;
