/** Code that reaches for the runner's own tools, objects and descriptors in its process. */
import { expect } from '@jest/globals';
import type { Attack } from './attack.ts';
import { EXCEPTION, exitOf, OK, TIMED_OUT } from './ends.ts';

const CLOSED = 'import os\nos.closerange(0, 1024)\n';

export const RUNNER_TAMPERING: readonly Attack[] = [
  {
    name: 'replaces what ends the process, and raises: nothing unwinds into the runner',
    code: 'import os\nos._exit = lambda code: None\nprint("said")\n1 / 0',
    exit: EXCEPTION,
    stdout: 'said\n',
    stderr: '',
  },
  {
    name: 'replaces json, os.write and every hook, and raises',
    code: `import json, os, sys, threading
json.dumps = os.write = sys.excepthook = sys.displayhook = sys.unraisablehook = threading.excepthook = lambda *args: print("hooked")
1 / 0`,
    exit: EXCEPTION,
    stdout: '',
    stderr: '',
  },
  {
    name: 'forgets every module, and raises',
    code: 'import sys\nsys.modules.clear()\n1 / 0',
    exit: EXCEPTION,
  },
  // An exception that can no longer be told of is a plain exit: never a good end.
  {
    name: 'deletes every builtin, and raises',
    code: 'import builtins\nnames = vars(builtins)\nfor name in list(names):\n    if not name.startswith("__"): del names[name]\n1 / 0',
    exit: exitOf(1),
  },
  {
    name: "deletes everything in the runner's modules, and raises",
    code: 'import sys\nfor name, module in list(sys.modules.items()):\n    if name.startswith("runner"): vars(module).clear()\n1 / 0',
    exit: exitOf(1),
  },
  {
    name: "sets the exit code in the runner's own frame: the process ends so, and the exception stays told",
    code: `import atexit, sys
def rewrite():
    frame = sys._getframe()
    while frame := frame.f_back:
        if "exit_code" in frame.f_locals: frame.f_locals["exit_code"] = 0
atexit.register(rewrite)
1 / 0`,
    exit: OK,
    check: ({ outputs }) => {
      expect(outputs).toEqual([expect.objectContaining({ type: 'error', name: 'ZeroDivisionError' })]);
    },
  },
  {
    name: 'raises, and asks for a good end in an exit function',
    code: 'import atexit, sys\natexit.register(sys.exit, 0)\n1 / 0',
    exit: EXCEPTION,
  },
  {
    name: 'ends well, and never returns from an exit function',
    code: 'import atexit\n@atexit.register\ndef stay():\n    print("still here", flush=True)\n    while True: pass',
    exit: TIMED_OUT,
    stdout: 'still here\n',
  },
  {
    name: 'leaves a thread that goes on',
    code: 'import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\nprint("end of the code")',
    exit: TIMED_OUT,
    stdout: 'end of the code\n',
  },
  {
    name: 'ends the process from another thread',
    code: 'import os, threading, time\nthreading.Thread(target=os._exit, args=(5,), daemon=True).start()\ntime.sleep(60)',
    exit: exitOf(5),
  },
  {
    name: 'puts streams that raise in the place of stdout and stderr',
    code: 'import sys\nprint("kept", end="")\nclass S:\n    def write(self, text): raise SystemExit(7)\n    flush = write\nsys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = S()\n"value"',
    exit: OK,
    stdout: 'kept',
    stderr: '',
    check: ({ outputs }) => {
      expect(outputs.at(-1)).toEqual({ type: 'result', data: { 'text/plain': "'value'" } });
    },
  },
  {
    name: 'puts a stream that never returns in the place of stdout',
    code: 'import sys\nclass S:\n    def flush(self):\n        while True: pass\nsys.stdout = S()',
    exit: TIMED_OUT,
  },
  { name: 'closes every descriptor', code: `${CLOSED}6 * 7`, exit: OK, stdout: '', stderr: '' },
  { name: 'closes every descriptor, and raises', code: `${CLOSED}1 / 0`, exit: exitOf(1), stdout: '', stderr: '' },
  {
    name: 'closes the record pipe: what it prints goes to the descriptors',
    code: 'import os\nprint("before")\nos.closerange(3, 1024)\nprint("after")\n1 / 0',
    exit: exitOf(1),
    stdout: 'before\nafter\n',
    stderr: /ZeroDivisionError: division by zero\n$/,
  },
  {
    name: 'puts fd 1 in the place of the record pipe: records are text there',
    code: 'import os\nos.dup2(1, 1023)\n5',
    exit: OK,
    stdout: 'v\0\0\0\u0013{"text/plain": "5"}',
    check: ({ outputs }) => {
      expect(outputs.map(({ type }) => type)).toEqual(['text']);
    },
  },
  {
    name: 'puts the record pipe in the place of fd 1 and 2: text is no record there',
    code: 'import os\nos.dup2(1023, 1)\nos.dup2(1023, 2)\nos.write(1, b"no record")\nprint("lost")',
    exit: OK,
    stdout: '',
    truncated: { stdout: false, stderr: false, outputs: true },
  },
  {
    name: 'opens its own pipes for reading',
    code: 'import os\nfor fd in (1, 2, 1023):\n    try: os.open(f"/proc/self/fd/{fd}", os.O_RDONLY | os.O_NONBLOCK)\n    except OSError as error: print(error.strerror)',
    exit: OK,
    stdout: 'Permission denied\n'.repeat(3),
  },
  {
    name: 'has the kernel send the supervisor a signal for every byte it writes',
    code: `import fcntl, os
for fd in (1, 2, 1023):
    for target in (1, os.getppid()):
        for command, value in ((fcntl.F_SETOWN, target), (fcntl.F_SETSIG, 9), (fcntl.F_SETFL, os.O_ASYNC)):
            try: fcntl.fcntl(fd, command, value)
            except PermissionError: pass
        os.write(2, b"e" * 50_000)
        print("o" * 50_000)`,
    exit: OK,
  },
  {
    name: 'lowers every limit of its own before the runner has said the end',
    code: 'import resource\nfor limit in (resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC, resource.RLIMIT_STACK):\n    resource.setrlimit(limit, (0, 0))\nprint("o")\n1 / 0',
    exit: EXCEPTION,
    stdout: 'o\n',
  },
];
