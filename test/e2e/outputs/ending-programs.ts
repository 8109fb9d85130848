/** Programs that end in every way there is, with what must be told of each. */
import type { Exit } from '../../../shared/contracts/execution.ts';
import { expect } from '@jest/globals';
import { EXCEPTION, exitOf, OK } from '../attacks/ends.ts';

export type Program = {
  readonly name: string;
  readonly code: string;
  readonly stdin?: string;
  readonly exit: Exit;
  /** Empty unless given. */
  readonly stdout?: RegExp | string;
  readonly stderr?: RegExp | string;
  /** None unless given. */
  readonly error?: Readonly<Record<string, unknown>>;
  /** The value of the last expression, as text. */
  readonly value?: string;
};

/** The parts in their order, whatever is between them. */
function traceback(...parts: readonly string[]): unknown {
  const patterns = parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return expect.stringMatching(new RegExp(patterns.join('[^]*')));
}

export const EXCEPTIONS: readonly Program[] = [
  {
    name: 'an exception with a cause: both are shown, the cause first',
    code: 'try:\n    {}["k"]\nexcept KeyError as e:\n    raise ValueError("v") from e',
    exit: EXCEPTION,
    error: {
      name: 'ValueError',
      value: 'v',
      traceback: traceback("KeyError: 'k'", 'direct cause', 'line 4', 'ValueError: v'),
    },
  },
  {
    name: 'an exception while another is handled',
    code: 'try:\n    {}["k"]\nexcept KeyError:\n    1 / 0',
    exit: EXCEPTION,
    error: { name: 'ZeroDivisionError', traceback: traceback("KeyError: 'k'", 'During handling', 'ZeroDivisionError') },
  },
  {
    name: 'an exception that hides the one before',
    code: 'try:\n    {}["k"]\nexcept KeyError:\n    raise ValueError("v") from None',
    exit: EXCEPTION,
    error: { name: 'ValueError', traceback: expect.not.stringContaining('KeyError:') },
  },
  {
    name: 'a group of exceptions in a group',
    code: 'raise ExceptionGroup("g", [ValueError(1), ExceptionGroup("h", [TypeError(2)])])',
    exit: EXCEPTION,
    error: {
      name: 'ExceptionGroup',
      value: 'g (2 sub-exceptions)',
      traceback: traceback('ValueError: 1', 'h (1 sub-exception)', 'TypeError: 2'),
    },
  },
  {
    name: 'an exception with notes',
    code: 'e = ValueError("v")\ne.add_note("first note")\ne.add_note("second\\nnote")\nraise e',
    exit: EXCEPTION,
    error: { value: 'v', traceback: traceback('ValueError: v\nfirst note\nsecond\nnote\n') },
  },
  {
    name: 'an exception whose __str__ raises',
    code: 'class E(Exception):\n    def __str__(self): raise RuntimeError\nraise E("v")',
    exit: EXCEPTION,
    error: { name: 'E', value: '<exception str() failed>', traceback: traceback('line 3', 'E: ') },
  },
  {
    name: 'an exception that is no Exception',
    code: 'class E(BaseException): pass\nraise E("v")',
    exit: EXCEPTION,
    error: { name: 'E', value: 'v' },
  },
  {
    name: 'a syntax error: line, caret, and nothing has run',
    code: 'print("never")\nx = 5 +\n',
    exit: EXCEPTION,
    error: {
      name: 'SyntaxError',
      value: 'invalid syntax (<code>, line 2)',
      traceback: '  File "<code>", line 2\n    x = 5 +\n           ^\nSyntaxError: invalid syntax\n',
    },
  },
  {
    name: 'wrong indentation',
    code: 'def f():\n  return 1\n   return 2',
    exit: EXCEPTION,
    error: { name: 'IndentationError', value: 'unexpected indent (<code>, line 3)' },
  },
  {
    name: 'KeyboardInterrupt, raised',
    code: 'print("a")\nraise KeyboardInterrupt',
    exit: EXCEPTION,
    stdout: 'a\n',
    error: { name: 'KeyboardInterrupt', value: '' },
  },
  {
    name: 'KeyboardInterrupt by its signal',
    code: 'import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(9)',
    exit: EXCEPTION,
    error: { name: 'KeyboardInterrupt', traceback: traceback('line 2') },
  },
  {
    name: 'SystemExit with something that is neither number nor text',
    code: 'import sys\nsys.exit([1, 2])',
    exit: exitOf(1),
    stderr: '[1, 2]\n',
  },
  { name: 'quit()', code: 'print("a")\nquit()\nprint("b")', exit: OK, stdout: 'a\n' },
  { name: 'exit(3)', code: 'exit(3)', exit: exitOf(3) },
  {
    name: 'an exception in a task that nobody awaits',
    code: 'import asyncio\nasync def bad(): raise ValueError("lost")\nasync def main():\n    asyncio.create_task(bad())\n    await asyncio.sleep(0)\nasyncio.run(main())',
    exit: OK,
    stderr: /^Task exception was never retrieved\n[^]*ValueError: lost\n$/,
  },
  {
    name: 'an exception in __del__',
    code: 'class A:\n    def __del__(self): 1 / 0\na = A()\ndel a\nprint("on")',
    exit: OK,
    stdout: 'on\n',
    stderr: /^Exception ignored in: [^]*ZeroDivisionError: division by zero\n$/,
  },
];

export const CHANNELS: readonly Program[] = [
  {
    name: 'stdout closed: printing raises',
    code: 'import sys\nprint("a")\nsys.stdout.close()\nprint("b")',
    exit: EXCEPTION,
    stdout: 'a\n',
    error: { name: 'ValueError', value: 'I/O operation on closed file.' },
  },
  {
    name: 'stdout None: printing is silent',
    code: 'import sys\nsys.stdout = None\nprint("a")\n5',
    exit: OK,
    value: '5',
  },
  {
    name: 'stdout replaced: only what goes to the real one shows',
    code: 'import io, sys\nsys.stdout = io.StringIO()\nprint("kept")\nprint("shown", file=sys.__stdout__)',
    exit: OK,
    stdout: 'shown\n',
  },
  {
    name: 'stdout redirected for a while',
    code: 'import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as text: print("x")\ntext.getvalue()',
    exit: OK,
    value: "'x\\n'",
  },
  {
    name: 'descriptor 1 closed: print still shows, os.write raises',
    code: 'import os\nos.close(1)\nprint("shown")\ntry: os.write(1, b"x")\nexcept OSError as e: print(e.errno)',
    exit: OK,
    stdout: 'shown\n9\n',
  },
  {
    name: 'descriptor 2 closed, and an exception',
    code: 'import os, sys\nos.close(2)\nprint("shown", file=sys.stderr)\n1 / 0',
    exit: EXCEPTION,
    stderr: 'shown\n',
    error: { name: 'ZeroDivisionError' },
  },
  { name: 'output without a newline', code: 'print("no end", end="")', exit: OK, stdout: 'no end' },
  {
    name: 'output without a newline on both streams, and a value',
    code: 'import sys\nprint("a", end="")\nprint("b", end="", file=sys.stderr)\nprint("c", end="")\n"v"',
    exit: OK,
    stdout: 'ac',
    stderr: 'b',
    value: "'v'",
  },
  {
    name: 'bytes on stdout.buffer and stderr.buffer, not flushed',
    code: 'import sys\nsys.stdout.buffer.write(b"raw \\xc3\\xa9\\n")\nsys.stderr.buffer.write(b"err\\n");',
    exit: OK,
    stdout: 'raw é\n',
    stderr: 'err\n',
  },
  {
    name: 'text and bytes on one stream: nothing is lost',
    code: 'import os, sys\nprint("text")\nsys.stdout.buffer.write(b"bytes\\n")\nprint("text")\nos.write(1, b"bytes\\n");',
    exit: OK,
    stdout: /^(?=[^]{22}$)(?=(.*\n)*text\n)(text\n|bytes\n){4}$/,
  },
  {
    name: 'stdin read to its end, then again',
    code: 'import sys\nprint([sys.stdin.read(), sys.stdin.read()])',
    stdin: 'in\n',
    exit: OK,
    stdout: "['in\\n', '']\n",
  },
];

export const LAST_THINGS: readonly Program[] = [
  {
    name: 'an exception in a thread: told on stderr, the program goes on',
    code: 'import threading\ndef work(): raise ValueError("in a thread")\nt = threading.Thread(target=work, name="T")\nt.start()\nt.join()\nprint("on")',
    exit: OK,
    stdout: 'on\n',
    stderr: /^Exception in thread T:\nTraceback[^]*line 2, in work[^]*ValueError: in a thread\n$/,
  },
  {
    name: 'a thread hook of its own',
    code: 'import threading\nthreading.excepthook = lambda told: print("hook", told.exc_type.__name__)\nthreading.Thread(target=lambda: 1 / 0).start()',
    exit: OK,
    stdout: 'hook ZeroDivisionError\n',
  },
  {
    name: 'threads that still print at the end are waited for',
    code: 'import threading, time\ndef work(n):\n    time.sleep(0.05)\n    print(n)\nfor n in range(3): threading.Thread(target=work, args=(n,)).start()\nprint("end")',
    exit: OK,
    stdout: /^end\n(?=[^]*0\n)(?=[^]*1\n)(?=[^]*2\n)(\d\n){3}$/,
  },
  {
    name: 'an exception, while threads still print',
    code: 'import threading, time\ndef work():\n    time.sleep(0.05)\n    print("thread")\nthreading.Thread(target=work).start()\n1 / 0',
    exit: EXCEPTION,
    stdout: 'thread\n',
    error: { name: 'ZeroDivisionError' },
  },
  {
    name: 'daemon threads are not waited for',
    code: 'import threading, time\ndef work():\n    while True: time.sleep(60)\nthreading.Thread(target=work, daemon=True).start()\nprint("end")',
    exit: OK,
    stdout: 'end\n',
  },
  {
    name: 'daemon threads that print without end',
    code: 'import threading, time\ndef work():\n    while True:\n        print("x")\n        time.sleep(0.001)\nthreading.Thread(target=work, daemon=True).start()\ntime.sleep(0.03)',
    exit: OK,
    stdout: /^(x\n)+x?$/,
  },
  {
    name: 'exit functions run last, in reverse; one that raises is told of',
    code: 'import atexit\natexit.register(print, "first registered")\natexit.register(lambda: 1 / 0)\natexit.register(print, "last registered")\nprint("code")',
    exit: OK,
    stdout: 'code\nlast registered\nfirst registered\n',
    stderr: /^Exception ignored in atexit callback [^]*ZeroDivisionError: division by zero\n$/,
  },
  {
    name: 'exit functions run after an exception too',
    code: 'import atexit\natexit.register(print, "bye")\n1 / 0',
    exit: EXCEPTION,
    stdout: 'bye\n',
    error: { name: 'ZeroDivisionError' },
  },
  {
    name: 'exit functions do not run after os._exit',
    code: 'import atexit, os\natexit.register(print, "bye")\nprint("said")\nos._exit(4)',
    exit: exitOf(4),
    stdout: 'said\n',
  },
  {
    name: 'a subprocess that writes to the same streams, and its exit code',
    code: 'import subprocess, sys\nprint(subprocess.run([sys.executable, "-c", "import sys; print(1); print(2, file=sys.stderr); sys.exit(3)"]).returncode)',
    exit: OK,
    stdout: /^(1\n3\n|3\n1\n)$/,
    stderr: '2\n',
  },
  {
    name: 'a subprocess that fails and is checked',
    code: 'import subprocess, sys\nsubprocess.run([sys.executable, "-c", "raise SystemExit(3)"], check=True)',
    exit: EXCEPTION,
    error: { name: 'CalledProcessError', value: expect.stringContaining('non-zero exit status 3') },
  },
  {
    name: 'a subprocess that goes on is ended with the run',
    code: 'import subprocess, sys\nsubprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])\nprint("end")',
    exit: OK,
    stdout: 'end\n',
  },
  {
    name: 'a subprocess that crashes leaves the run as it is',
    code: 'import subprocess, sys\nsubprocess.run([sys.executable, "-c", "import ctypes; ctypes.string_at(0)"]).returncode',
    exit: OK,
    value: '-11',
  },
  {
    name: 'a fork that goes on with the code: what both print shows, the first one ends the run',
    code: 'import os\npid = os.fork()\nif pid: os.waitpid(pid, 0)\nprint("both")',
    exit: OK,
    stdout: 'both\nboth\n',
  },
];
