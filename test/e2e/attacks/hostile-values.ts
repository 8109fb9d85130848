/** Values and exceptions that attack whoever looks at them. */
import { expect } from '@jest/globals';
import type { Execution } from '../../../shared/contracts/execution.ts';
import type { Attack } from './attack.ts';
import { EXCEPTION, exitOf, OK, OUT_OF_MEMORY, TIMED_OUT } from './ends.ts';

const MIB = 1024 * 1024;
/** An error's texts are cut to tens of KiB before they leave the sandbox. */
const ERROR_CHARACTERS_MAX = 100_000;

const aClass = (body: string) => `class A:\n${body.replaceAll(/^/gm, '    ')}\nA()`;
const shows =
  (text: string) =>
  ({ outputs }: Execution) => {
    expect(outputs.at(-1)).toEqual({ type: 'result', data: { 'text/plain': text } });
  };
const tells =
  (name: string, value: unknown = expect.any(String)) =>
  ({ outputs }: Execution) => {
    expect(outputs.at(-1)).toMatchObject({ type: 'error', name, value });
    expect(JSON.stringify(outputs.at(-1)).length).toBeLessThan(ERROR_CHARACTERS_MAX);
  };

export const HOSTILE_VALUES: readonly Attack[] = [
  {
    name: 'a repr of 20 MB',
    code: aClass('def __repr__(self): return "x" * 20_000_000'),
    fields: { timeout_ms: 5_000 },
    exit: OK,
    check: ({ outputs }) => {
      const [output] = outputs;
      const text = output?.type === 'result' ? (output.data['text/plain'] ?? '') : '';
      expect(Buffer.byteLength(text)).toBe(MIB);
      expect(text).toMatch(/^x+… \[cut\]$/);
    },
  },
  {
    name: 'a repr of 1 GB',
    code: aClass('def __repr__(self): return "x" * 1_000_000_000'),
    fields: { timeout_ms: 10_000 },
    exit: OUT_OF_MEMORY,
  },
  {
    name: 'a repr that ends the program',
    code: aClass('def __repr__(self): raise SystemExit(9)'),
    exit: OK,
    check: shows('<A: its repr raised SystemExit>'),
  },
  {
    name: 'a repr without end',
    code: `print("before")\n${aClass('def __repr__(self):\n    while True: pass')}`,
    fields: { timeout_ms: 10_000 },
    exit: OK,
    stdout: 'before\n',
    check: shows('<A: its repr took over 2 s>'),
  },
  {
    name: 'representations without end, each of which swallows what would end it',
    code: `print("before")\n${aClass(
      ['html', 'markdown', 'latex', 'svg', 'png', 'jpeg', 'json', 'mimebundle']
        .map(
          (name) =>
            `def _repr_${name}_(self, **options):\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass`,
        )
        .join('\n'),
    )}`,
    fields: { timeout_ms: 5_000 },
    exit: TIMED_OUT,
    stdout: 'before\n',
  },
  {
    name: 'a repr that prints and forks',
    code: `import os\n${aClass('def __repr__(self):\n    print("looked at")\n    return "parent" if os.fork() else "child"')}`,
    exit: OK,
    stdout: 'looked at\n',
    check: shows('parent'),
  },
  {
    name: 'text that lies about its length and its bytes',
    code: `class T(str):
    def __len__(self): return 1
    def encode(self, *options): return b""
    def __getitem__(self, key): return T("y" * 30_000_000)
${aClass('def __repr__(self): return T("short")\ndef _repr_html_(self): return T("y" * 30_000_000)')}`,
    fields: { timeout_ms: 5_000 },
    exit: OK,
    truncated: { outputs: false },
    check: shows('short (text/html left out: over 1024 KiB)'),
  },
  {
    name: 'representations that are too large, no text, or end the program',
    code: aClass(
      'def __repr__(self): return "A"\ndef _repr_html_(self): return "y" * 100_000_000\ndef _repr_markdown_(self): raise SystemExit(3)\ndef _repr_latex_(self): return 5\ndef _repr_png_(self): return b"y" * 9_000_000',
    ),
    fields: { timeout_ms: 5_000 },
    exit: OK,
    truncated: { outputs: false },
    check: shows(
      'A (text/html left out: over 1024 KiB; text/markdown left out: SystemExit: 3; text/latex left out: int is no text; image/png left out: over 4096 KiB)',
    ),
  },
  {
    name: 'a class of its own kind, whose every attribute raises',
    code: `class M(type):
    def __getattribute__(cls, name): raise SystemExit(4)
class A(metaclass=M):
    def __getattribute__(self, name): raise SystemExit(4)
    def __repr__(self): raise ValueError
A()`,
    exit: OK,
    check: shows('<A: its repr raised ValueError>'),
  },
  {
    name: 'an exception that wants to be a plain exit when it is looked at',
    code: 'class E(Exception):\n    def __str__(self): raise SystemExit(0)\n    def __getattribute__(self, name): raise SystemExit(0)\nraise E',
    exit: EXCEPTION,
    check: tells('E', '<exception str() failed>'),
  },
  {
    name: 'an exception whose text has no end',
    code: 'class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E',
    exit: TIMED_OUT,
  },
  {
    name: 'an exception with 10 MB of text, a long name and 10 MB of notes',
    code: 'E = type("E" * 2_000_000, (Exception,), {})\ne = E("y" * 10_000_000)\ne.__notes__ = ["n" * 1_000] * 10_000\nraise e',
    fields: { timeout_ms: 5_000 },
    exit: EXCEPTION,
    check: tells(`${'E'.repeat(256)}… [cut]`, expect.stringMatching(/^y+… \[cut\]$/)),
  },
  {
    name: 'a chain of 30,000 exceptions',
    code: 'e = None\nfor n in range(30_000):\n    link = ValueError(n)\n    link.__cause__ = e\n    e = link\nraise e',
    fields: { timeout_ms: 5_000 },
    exit: EXCEPTION,
    check: tells('ValueError', '29999'),
  },
  {
    name: 'code that is nested too deeply to be read: that is no lack of memory',
    code: `${'-'.repeat(200_000)}1`,
    exit: EXCEPTION,
    check: tells('RecursionError'),
  },
  {
    name: 'an exit code that is asked for in text that cannot be made',
    code: 'class T:\n    def __str__(self): raise SystemExit(0)\nprint("kept", end="")\nraise SystemExit(T())',
    exit: exitOf(1),
    stdout: 'kept',
  },
];
