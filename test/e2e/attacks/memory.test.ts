/** Code that takes more memory than it may, by itself, through others, or where it is not looked for. */
import { describeAttacks, type Attack } from './attack.ts';
import { TWO_CHILDREN, GRANDCHILD, MEMFD, PIPES, SOCKETS, SPARE_ITSELF } from './memory-programs.ts';

const MIB = 1024 * 1024;
const OUT_OF_MEMORY = { reason: 'out_of_memory' } as const;
/** Until the limit is reached on a busy machine. */
const fields = { timeout_ms: 10_000 } as const;

const ATTACKS: readonly Attack[] = [
  {
    name: 'allocates more than there is at once',
    code: 'kept = bytearray(1_073_741_824)\nfor at in range(0, len(kept), 4_096): kept[at] = 1',
    fields,
    exit: OUT_OF_MEMORY,
  },
  {
    name: 'allocates a little more than there is',
    code: `kept = b"x" * ${String(512 * MIB)}`,
    fields,
    exit: OUT_OF_MEMORY,
  },
  {
    name: 'allocates piece by piece',
    code: 'kept = []\nwhile True:\n    kept.append(b"x" * 20_000_000)\n    print(len(kept), flush=True)',
    fields,
    exit: OUT_OF_MEMORY,
    stdout: /^1\n2\n3\n/,
  },
  {
    name: 'allocates in two children',
    code: TWO_CHILDREN,
    fields,
    exit: OUT_OF_MEMORY,
    stdout: '9\n',
    // All of gVisor dies at once.
    gvisor: { stdout: '' },
  },
  { name: 'allocates in a grandchild in a session of its own', code: GRANDCHILD, fields, exit: OUT_OF_MEMORY },
  { name: 'allocates in a file in memory', code: MEMFD, fields, exit: OUT_OF_MEMORY },
  {
    name: 'allocates in a shared mapping',
    code: 'import mmap\nkept = mmap.mmap(-1, 1_073_741_824)\nfor at in range(0, len(kept), 4_096): kept[at] = 1',
    fields,
    exit: OUT_OF_MEMORY,
  },
  { name: 'fills sockets in many processes', code: SOCKETS, fields, exit: OUT_OF_MEMORY },
  {
    // Their number and width have bounds of their own, under the standard memory.
    name: 'fills pipes in many processes',
    code: PIPES,
    fields: { ...fields, memory_mb: 128 },
    exit: OUT_OF_MEMORY,
  },
  {
    name: 'maps far more than the machine has, and touches it',
    code: 'import mmap\nkept = mmap.mmap(-1, 64 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_NORESERVE)\nfor at in range(0, len(kept), 4_096): kept[at] = 1',
    fields,
    exit: OUT_OF_MEMORY,
  },
  {
    name: 'asks numpy for far more than the machine has',
    code: 'import numpy\nkept = numpy.zeros(100 << 30, dtype="u1")\nkept[::4_096] = 1',
    fields,
    exit: OUT_OF_MEMORY,
  },
  {
    name: 'prints a text that does not fit',
    code: 'print("x" * (2 << 30))',
    fields,
    exit: OUT_OF_MEMORY,
    stdout: '',
  },
  {
    name: 'recurses without a limit',
    code: 'import sys\nsys.setrecursionlimit(1_000_000_000)\ndef recurse(): recurse()\nrecurse()',
    fields,
    exit: OUT_OF_MEMORY,
  },
  {
    name: 'recurses',
    code: 'def recurse(): recurse()\nrecurse()',
    exit: { reason: 'exception', code: 1 },
  },
  {
    name: 'lets a MemoryError go uncaught',
    code: 'raise MemoryError',
    exit: { reason: 'out_of_memory', code: 1, signal: null },
  },
  {
    name: 'catches a MemoryError and goes on',
    code: 'try:\n    kept = bytearray(1 << 60)\nexcept MemoryError:\n    print("caught")',
    exit: { reason: 'ok', code: 0 },
    stdout: 'caught\n',
  },
  {
    name: 'makes others die first',
    code: SPARE_ITSELF,
    fields,
    exit: OUT_OF_MEMORY,
    stdout: 'refused\n'.repeat(3),
  },
];

describeAttacks('memory', ATTACKS);
