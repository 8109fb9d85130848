/** Code that does not end, and code that lies about time. */
import { expect } from '@jest/globals';
import { describeAttacks, type Attack } from './attack.ts';

const TIMED_OUT = { reason: 'timed_out', code: null, signal: 'SIGKILL' } as const;

/** Ways to set a clock, by system call or through libc. */
const SET_CLOCKS = `
import ctypes, time
libc = ctypes.CDLL(None, use_errno=True)
def refused(result): print("refused" if result == -1 else "done")
moment = (ctypes.c_long * 2)(1, 0)
refused(libc.clock_settime(time.CLOCK_REALTIME, moment))
refused(libc.settimeofday(moment, None))
change = (ctypes.c_long * 32)(0x4001)
refused(libc.adjtimex(change))
refused(libc.clock_adjtime(time.CLOCK_REALTIME, change))
try:
    time.clock_settime(time.CLOCK_REALTIME, 0)
except PermissionError:
    print("refused")
`;

const REPLACE_CLOCKS = `
import time
for name in ("time", "monotonic", "perf_counter", "process_time", "sleep"):
    setattr(time, name, lambda *args: 0)
while time.monotonic() < 1: pass
`;

const ATTACKS: readonly Attack[] = [
  { name: 'spins', code: 'print("before", flush=True)\nwhile True: pass', exit: TIMED_OUT, stdout: 'before\n' },
  {
    name: 'sleeps, which costs no processor time',
    code: 'import time\nprint("before", flush=True)\ntime.sleep(60)',
    exit: TIMED_OUT,
    stdout: 'before\n',
    check: ({ usage }) => {
      expect(usage?.cpu_ms).toBeLessThan(900);
    },
  },
  {
    name: 'ignores every signal that can be ignored',
    code: 'import signal, time\nfor number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:\n    try:\n        signal.signal(number, signal.SIG_IGN)\n    except OSError:\n        pass\nprint("deaf", flush=True)\ntime.sleep(60)',
    exit: TIMED_OUT,
    stdout: 'deaf\n',
  },
  {
    name: 'blocks every signal',
    code: 'import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\nwhile True: signal.sigwait({signal.SIGTERM})',
    exit: TIMED_OUT,
  },
  {
    name: 'disables alarms and spins',
    code: 'import signal\nsignal.alarm(0)\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass',
    exit: TIMED_OUT,
  },
  {
    name: 'swallows every exception',
    code: 'while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass',
    exit: TIMED_OUT,
  },
  { name: 'computes in C: an enormous power', code: '10 ** 10 ** 8', exit: TIMED_OUT },
  {
    name: 'computes in C: a regular expression',
    code: 'import re\nre.match("(a+)+$", "a" * 64 + "b")',
    exit: TIMED_OUT,
  },
  { name: 'waits in C', code: 'import ctypes\nctypes.CDLL(None).pause()', exit: TIMED_OUT },
  { name: 'stops itself', code: 'import os\nos.kill(os.getpid(), 19)', exit: TIMED_OUT },
  {
    name: 'waits for a child that never ends',
    code: 'import os\nif os.fork() == 0:\n    os.setsid()\n    while True: pass\nos.wait()',
    exit: TIMED_OUT,
  },
  {
    name: 'hangs in an exit function',
    code: 'import atexit, time\natexit.register(time.sleep, 60)\nprint("end")',
    exit: TIMED_OUT,
    stdout: 'end\n',
  },
  {
    name: 'hangs in a thread after its end',
    code: 'import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\nprint("end")',
    exit: TIMED_OUT,
    stdout: 'end\n',
  },
  {
    name: 'hangs in the text of its value',
    code: 'class Value:\n    def __repr__(self):\n        while True: pass\nValue()',
    exit: TIMED_OUT,
  },
  {
    name: 'spins in many threads',
    code: 'import threading\ndef spin():\n    while True: pass\nfor _ in range(30): threading.Thread(target=spin).start()',
    exit: TIMED_OUT,
  },
  {
    name: 'storms itself with timer signals',
    code: 'import signal\nsignal.signal(signal.SIGALRM, lambda *_: None)\nsignal.setitimer(signal.ITIMER_REAL, 1e-6, 1e-6)\nwhile True: pass',
    exit: TIMED_OUT,
  },
  { name: 'sets the clock', code: SET_CLOCKS, exit: { reason: 'ok' }, stdout: 'refused\n'.repeat(5) },
  {
    name: 'replaces its own clocks',
    code: REPLACE_CLOCKS,
    exit: TIMED_OUT,
    check: ({ usage }) => {
      expect(usage?.wall_ms).toBeGreaterThan(999);
    },
  },
  {
    name: 'reads a device that has no end, piece by piece',
    code: 'with open("/dev/urandom", "rb") as device:\n    while device.read(65_536): pass',
    exit: TIMED_OUT,
  },
  {
    name: 'reads a device that has no end, at once',
    code: 'open("/dev/zero", "rb").read()',
    fields: { timeout_ms: 10_000 },
    exit: { reason: 'out_of_memory' },
  },
  {
    name: 'sleeps when it has one millisecond',
    code: 'import time\ntime.sleep(60)',
    fields: { timeout_ms: 1 },
    exit: TIMED_OUT,
  },
];

describeAttacks('time', ATTACKS);
