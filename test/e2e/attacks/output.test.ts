/** Code that attacks the way on which its own output travels. */
import { expect } from '@jest/globals';
import { describeAttacks, type Attack } from './attack.ts';
import { OK, TIMED_OUT } from './ends.ts';
import { FLOODS } from './floods.ts';
import { FORGED_RECORDS } from './forged-records.ts';
import { HOSTILE_VALUES } from './hostile-values.ts';
import { RUNNER_TAMPERING } from './runner-tampering.ts';

const text = (stream: 'stdout' | 'stderr', line: string) => ({ type: 'text', stream, text: line });

const TEXT: readonly Attack[] = [
  {
    name: 'prints to both streams in turn: the order stays',
    code: 'import sys\nfor n in range(3):\n    print(f"o{n}")\n    print(f"e{n}", file=sys.stderr)',
    exit: OK,
    stdout: 'o0\no1\no2\n',
    stderr: 'e0\ne1\ne2\n',
    check: ({ outputs }) => {
      const inTurn = [0, 1, 2].flatMap((n) => [text('stdout', `o${String(n)}\n`), text('stderr', `e${String(n)}\n`)]);
      expect(outputs).toEqual(inTurn);
    },
  },
  {
    name: 'writes what is no UTF-8, lone surrogates and half a character',
    code: 'import os, sys\nprint("a\\ud800b")\nos.write(2, b"\\xff\\xfe\\xe2\\x82")',
    exit: OK,
    stdout: 'a\ufffdb\n',
    stderr: '\ufffd\ufffd\ufffd',
  },
  {
    name: 'prints NUL, escape sequences, bidi controls and markup: they are text',
    code: 'print("\\x00\\x1b[2J\\x1b]0;title\\x07\\u202e\\u2028</script><img src=x onerror=alert(1)>", end="")',
    exit: OK,
    stdout: '\0\u001b[2J\u001b]0;title\u0007\u202e\u2028</script><img src=x onerror=alert(1)>',
  },
  {
    name: 'has markup with scripts for a value: it stays a string in a mime bundle',
    code: 'class A:\n    def __repr__(self): return "A"\n    def _repr_html_(self): return "<script>alert(1)</script>"\n    def _repr_svg_(self): return "<svg onload=alert(1)>"\nA()',
    exit: OK,
    check: ({ outputs }) => {
      const data = {
        'text/plain': 'A',
        'text/html': '<script>alert(1)</script>',
        'image/svg+xml': '<svg onload=alert(1)>',
      };
      expect(outputs).toEqual([{ type: 'result', data }]);
    },
  },
  {
    name: 'reads stdin although there is none: the end comes at once',
    code: 'import sys\ntry: input()\nexcept EOFError: print("end")\nprint(repr(sys.stdin.read()))',
    exit: OK,
    stdout: "end\n''\n",
  },
  {
    name: 'runs out of time with text that it has not flushed',
    code: 'import time\nprint("flushed", flush=True)\nprint("kept back", end="")\ntime.sleep(60)',
    exit: TIMED_OUT,
    stdout: 'flushed\n',
  },
];

describeAttacks('output', [...FLOODS, ...FORGED_RECORDS, ...RUNNER_TAMPERING, ...HOSTILE_VALUES, ...TEXT]);
