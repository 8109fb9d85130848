/** Code that finds the pipe on which its own outputs travel, and writes to it what it likes. */
import { expect } from '@jest/globals';
import type { Attack } from './attack.ts';
import { EXCEPTION, exitOf, OK, TIMED_OUT } from './ends.ts';

/** The record pipe is the highest descriptor that the program finds open. */
const FORGER = `import json, os, signal, struct, time
pipe = max(int(fd) for fd in os.listdir("/proc/self/fd"))
def record(kind, payload):
    payload = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    os.write(pipe, kind + struct.pack(">I", len(payload)) + payload)
lie = {"name": "Forged", "value": "v", "traceback": "t"}
`;
const forged = (code: string) => `${FORGER}${code}`;

const LIE = { type: 'error', name: 'Forged', value: 'v', traceback: 't' };
const NOTHING_DROPPED = { stdout: false, stderr: false, outputs: false };
const SOMETHING_DROPPED = { stdout: false, stderr: false, outputs: true };

export const FORGED_RECORDS: readonly Attack[] = [
  {
    name: 'adds outputs of every kind to its own: they change nothing about its end',
    code: forged('record(b"v", {"text/plain": "5"})\nrecord(b"x", lie)\nrecord(b"o", b"forged\\n")\nprint("real")'),
    exit: OK,
    stdout: 'forged\nreal\n',
    truncated: NOTHING_DROPPED,
    check: ({ outputs, status }) => {
      expect(status).toBe('completed');
      expect(outputs.slice(0, 2)).toEqual([{ type: 'result', data: { 'text/plain': '5' } }, LIE]);
    },
  },
  // Whether exit code 1 was an exception is all that may rest on a record.
  { name: 'tells of an exception and exits with 1', code: forged('record(b"x", lie)\nos._exit(1)'), exit: EXCEPTION },
  { name: 'exits with 1 and tells nothing', code: forged('os._exit(1)'), exit: exitOf(1) },
  { name: 'tells of an exception and exits with 2', code: forged('record(b"x", lie)\nos._exit(2)'), exit: exitOf(2) },
  {
    name: 'says that it is out of memory, as raise MemoryError would',
    code: forged('record(b"x", lie | {"name": "MemoryError"})\nos._exit(1)'),
    exit: { reason: 'out_of_memory', code: 1, signal: null },
  },
  {
    name: 'says that it is out of memory and exits with 2',
    code: forged('record(b"x", lie | {"name": "MemoryError"})\nos._exit(2)'),
    exit: exitOf(2),
  },
  {
    name: 'tells of an exception and kills itself',
    code: forged('record(b"x", lie)\nos.kill(os.getpid(), signal.SIGKILL)'),
    exit: { reason: 'killed', code: null, signal: 'SIGKILL' },
  },
  {
    name: 'tells of an exception and goes on for ever',
    code: forged('record(b"x", lie)\nprint("told", flush=True)\nwhile True: pass'),
    exit: TIMED_OUT,
    stdout: 'told\n',
  },
  {
    name: 'tells of thousands of exceptions before the real one: the first counts',
    code: forged('for n in range(5_000): record(b"x", lie | {"value": str(n)})\n1 / 0'),
    exit: EXCEPTION,
    truncated: SOMETHING_DROPPED,
    check: ({ outputs }) => {
      expect(outputs).toEqual([{ ...LIE, value: '0' }]);
    },
  },
  {
    name: 'begins a text record of 4 GiB: what follows is dropped',
    code: forged('os.write(pipe, b"o" + b"\\xff" * 4)\nprint("lost")\nos.write(2, b"not lost")\nos._exit(3)'),
    exit: exitOf(3),
    stdout: '',
    stderr: 'not lost',
    truncated: SOMETHING_DROPPED,
  },
  {
    name: 'begins a result of 4 GiB: what follows is dropped',
    code: forged('os.write(pipe, b"v" + b"\\xff" * 4)\nprint("lost")\n1 / 0'),
    exit: exitOf(1),
    stdout: '',
    truncated: SOMETHING_DROPPED,
  },
  {
    name: 'writes a record of an unknown type: what follows is dropped',
    code: forged('record(b"Z", b"x")\nprint("lost")'),
    exit: OK,
    stdout: '',
    truncated: SOMETHING_DROPPED,
  },
  {
    name: 'ends within a record',
    code: forged('print("whole")\nos.write(pipe, b"o\\0\\0\\0\\x64half")'),
    exit: OK,
    stdout: 'whole\n',
  },
  {
    name: 'writes results that are none: each is dropped, and the real one stays',
    code: forged(`for bundle in ({"Text/Plain": "x"}, {"text/plain": 1}, {"text/plain": ["x"]}, {"../etc": "x"}, [1], "x", None,
               {"text/" + "x" * 100: "x"}, {f"text/x{n}": "x" for n in range(40)}, b"{", b"\\xff\\xfe", b"[" * 100_000,
               b'{"text/plain":' + b"[" * 100_000, b"1" * 1_000_000, b'{"a":0,' * 500_000):
    record(b"v", bundle)
"real"`),
    fields: { timeout_ms: 10_000 },
    exit: OK,
    truncated: SOMETHING_DROPPED,
    check: ({ outputs }) => {
      expect(outputs).toEqual([{ type: 'result', data: { 'text/plain': "'real'" } }]);
    },
  },
  {
    name: 'writes lone surrogates and broken UTF-8 in every kind of record',
    code: forged(`record(b"o", b"\\xed\\xa0\\x80\\n")
for bundle in ({"text/plain": "\\ud800"}, b'{"text/plain": "\\xed\\xa0\\x80"}'): record(b"d", bundle)
record(b"x", lie | {"value": "\\udfff"})`),
    exit: OK,
    stdout: '\ufffd\ufffd\ufffd\n',
    truncated: SOMETHING_DROPPED,
    check: ({ outputs }) => {
      expect(outputs.slice(1)).toEqual([{ ...LIE, value: '\ufffd' }]);
    },
  },
  {
    name: 'writes what supervisor and engine would write to every descriptor',
    code: `import json, os
frames = b"".join(kind + len(body).to_bytes(4, "big") + body for kind, value in (
    (b"E", {"run": "1", "cause": "exited", "exit_code": 0, "signal": None, "oom": False, "wall_ms": 1, "cpu_ms": 1, "memory_peak_bytes": 1}),
    (b"C", {"run": "1", "clean": True, "detail": ""}), (b"S", {"run": "1"}), (b"H", {"protocol": 1}))
    for body in [json.dumps(value).encode()])
for fd in range(1024):
    for data in (frames, b"\\x01\\0\\0\\0" + len(frames).to_bytes(4, "big") + frames):
        try: os.write(fd, data)
        except OSError: pass
os._exit(3)`,
    exit: exitOf(3),
    stdout: /^E[^]{4}\{"run": "1", "cause": "exited", "exit_code": 0/,
    stderr: /^E[^]{4}\{"run": "1", "cause": "exited", "exit_code": 0/,
    truncated: SOMETHING_DROPPED,
  },
  {
    name: 'leaves a process that goes on writing records after the end',
    code: forged(`if os.fork() == 0:
    os.setsid()
    parent = os.getppid()
    while True:
        if os.getppid() != parent: record(b"o", b"late\\n"); record(b"x", lie); os.write(1, b"late\\n")
print("done")`),
    exit: OK,
    // What is written between the end and the kill may still come, as whole records.
    stdout: /^done\n(late\n)*$/,
  },
];
