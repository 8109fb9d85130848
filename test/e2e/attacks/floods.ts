/** Output without end, without pause, or without sense. */
import { expect } from '@jest/globals';
import { OUTPUTS_BYTES_MAX, OUTPUTS_COUNT_MAX, TEXT_BYTES_MAX } from '../../../shared/contracts/limits.ts';
import type { Attack } from './attack.ts';
import { OK, OUTPUT_LIMIT } from './ends.ts';

/** A flood is ended by its bytes; on a busy machine they take their time. */
const fields = { timeout_ms: 20_000 };

export const FLOODS: readonly Attack[] = [
  {
    name: 'prints lines without end',
    code: 'while True: print("x" * 9_999)',
    fields,
    exit: OUTPUT_LIMIT,
    stdout: /^(x{9999}\n){104}x+$/,
    truncated: { stdout: true, stderr: false, outputs: false },
    check: ({ stdout }) => {
      expect(stdout).toHaveLength(TEXT_BYTES_MAX);
    },
  },
  {
    name: 'writes to fd 2 without end',
    code: 'import os\nwhile True: os.write(2, b"x" * 65_536)',
    fields,
    exit: OUTPUT_LIMIT,
    stdout: '',
    stderr: /^x{1048576}$/,
    truncated: { stdout: false, stderr: true, outputs: false },
  },
  {
    name: 'prints one line of 200 MB at once',
    code: 'print("x" * 200_000_000)',
    fields,
    exit: OUTPUT_LIMIT,
    stdout: /^x{1048576}$/,
    truncated: { stdout: true, stderr: false, outputs: false },
  },
  {
    name: 'writes without end from eight forked processes',
    code: 'import os\nfor _ in range(8):\n    if os.fork() == 0:\n        while True: os.write(1, b"y" * 65_536)\nos.wait()',
    fields,
    exit: OUTPUT_LIMIT,
    stdout: /^y{1048576}$/,
    truncated: { stdout: true, stderr: false, outputs: false },
  },
  {
    name: 'displays large values without end',
    code: 'while True: display("x" * 1_000_000)',
    fields,
    exit: OUTPUT_LIMIT,
    truncated: { stdout: false, stderr: false, outputs: true },
    check: ({ outputs }) => {
      expect(outputs).toHaveLength(8);
      expect(JSON.stringify(outputs).length).toBeLessThan(OUTPUTS_BYTES_MAX);
    },
  },
  {
    name: 'displays 20,000 small values',
    code: 'for n in range(20_000): display(n)',
    fields,
    exit: OK,
    truncated: { stdout: false, stderr: false, outputs: true },
    check: ({ outputs }) => {
      expect(outputs).toHaveLength(OUTPUTS_COUNT_MAX);
      expect(outputs.at(-1)).toEqual({ type: 'display', data: { 'text/plain': String(OUTPUTS_COUNT_MAX - 1) } });
    },
  },
  {
    name: 'changes between the streams with every character',
    code: 'import sys\nfor _ in range(20_000):\n    sys.stdout.write("o"); sys.stderr.write("e")',
    fields,
    exit: OK,
    stdout: 'o'.repeat(OUTPUTS_COUNT_MAX / 2),
    stderr: 'e'.repeat(OUTPUTS_COUNT_MAX / 2),
    truncated: { stdout: true, stderr: true, outputs: false },
  },
  {
    name: 'writes single bytes to both descriptors in turn',
    // Each byte may become an output of its own, of which 10,000 are kept.
    code: 'import os\nfor _ in range(4_000):\n    os.write(1, b"o"); os.write(2, b"e")',
    fields,
    exit: OK,
    stdout: 'o'.repeat(4_000),
    stderr: 'e'.repeat(4_000),
    truncated: { stdout: false, stderr: false, outputs: false },
  },
  {
    name: 'prints more than is kept, then has a value',
    code: 'print("x" * 3_000_000)\n6 * 7',
    fields,
    exit: OK,
    stdout: 'x'.repeat(TEXT_BYTES_MAX),
    truncated: { stdout: true, stderr: false, outputs: false },
    check: ({ outputs }) => {
      expect(outputs.at(-1)).toEqual({ type: 'result', data: { 'text/plain': '42' } });
    },
  },
];
