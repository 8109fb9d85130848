/** What the worst writers cost the process that reads them: memory that is held, time in which nothing else is done. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { OUTPUTS_BYTES_MAX, TEXT_BYTES_MAX } from '../../../../shared/contracts/limits.ts';
import { encodeReport } from '../../../../shared/contracts/packed-json.ts';
import { createCollector } from '../../../../worker/sandbox/collector.ts';
import { encodeFrame } from '../../../../worker/sandbox/framing.ts';
import type { Pipe } from '../../../../worker/sandbox/supervisor-frames.ts';
import { aRunFinished } from '../../../helpers/run-reports.ts';

const MIB = 1024 * 1024;
/** What a socket hands over at a time. */
const CHUNK_BYTES = 64 * 1024;
/** Of a run, whatever it writes: its limits, and a little for ten thousand outputs' own objects. */
const HELD_BYTES_MAX = OUTPUTS_BYTES_MAX + TEXT_BYTES_MAX + 4 * MIB;
/** No step of the event loop may take longer. */
const STEP_MS_MAX = 50;
const TRIES = 6;

type Flood = {
  readonly name: string;
  readonly pipe?: Pipe;
  readonly bytes: () => Buffer;
  readonly chunkBytes?: number;
};

const filled = (unit: string | Buffer, bytes: number) => {
  const size = Buffer.byteLength(unit);
  return Buffer.alloc(Math.floor(bytes / size) * size, unit);
};
const bundle = (unit: string, bytes = OUTPUTS_BYTES_MAX - 64) =>
  encodeFrame('d', Buffer.concat([Buffer.from('{"text/plain":"'), filled(unit, bytes), Buffer.from('"}')]));
const file = (content: Buffer, name = 'a') =>
  encodeFrame(
    'f',
    Buffer.concat([Buffer.from(`{"name":"${name}","mime_type":"a/b","content_base64":"`), content, Buffer.from('"}')]),
  );
const small = (type: string, payload = '') => encodeFrame(type, Buffer.from(payload));
const sixteenNames = (index: number) =>
  JSON.stringify(
    Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`a/${String(index * 16 + at)}${'z'.repeat(40)}`, ''])),
  );

const FLOODS: readonly Flood[] = [
  ...['a', '\\"', '\\\\', '\\n', '\\u0001', '\\u20ac', 'é', '€', '😀', '😀\\"a\\u0001é'].map((unit) => ({
    name: `a bundle of ${unit} at the limit`,
    bytes: () => bundle(unit),
  })),
  { name: 'a bundle that goes wrong at its end', bytes: () => bundle('\\"', 7 * MIB).fill('x', 7 * MIB) },
  { name: 'bundles of one MiB without end', bytes: () => filled(bundle('\\"', MIB), 64 * MIB) },
  { name: 'bundles of nothing without end', bytes: () => filled(small('d', '{}'), 2 * MIB) },
  {
    name: 'bundles of sixteen names each',
    bytes: () => Buffer.concat(Array.from({ length: 10_000 }, (_, index) => small('v', sixteenNames(index)))),
  },
  { name: 'a file at the limit', bytes: () => file(filled('QUJD', OUTPUTS_BYTES_MAX - 64)) },
  { name: 'a file of padding', bytes: () => file(filled('=', OUTPUTS_BYTES_MAX - 64)) },
  { name: 'a file that goes wrong at its end', bytes: () => file(filled('QUJD', 7 * MIB)).fill('!', 7 * MIB) },
  { name: 'a file whose name is all of it', bytes: () => file(Buffer.alloc(0), '\\u20ac'.repeat(MIB)) },
  { name: 'files without end', bytes: () => filled(file(Buffer.from('QUJD')), 2 * MIB) },
  { name: 'files of one MiB without end', bytes: () => filled(file(filled('QUJD', MIB)), 64 * MIB) },
  { name: 'a file in pieces of a byte', bytes: () => file(filled('QUJD', MIB / 8)), chunkBytes: 1 },
  { name: 'errors without end', bytes: () => filled(encodeFrame('x', filled('{"name":"', MIB)), 64 * MIB) },
  {
    name: 'one error of escapes',
    bytes: () =>
      encodeFrame(
        'x',
        Buffer.concat([
          Buffer.from('{"name":"","value":"","traceback":"'),
          filled('\\u20ac', MIB - 64),
          Buffer.from('"}'),
        ]),
      ),
  },
  { name: 'a bundle in pieces of a byte', bytes: () => bundle('x', MIB / 8), chunkBytes: 1 },
  { name: 'broken records without end', bytes: () => filled(small('d'), 2 * MIB) },
  { name: 'empty text without end', bytes: () => filled(small('o'), 2 * MIB) },
  { name: 'text of a character each without end', bytes: () => filled(small('o', 'x'), 2 * MIB) },
  { name: 'both streams in turn', bytes: () => filled(Buffer.concat([small('o', 'x'), small('e', 'y')]), 2 * MIB) },
  {
    name: 'control characters, each in a piece of its own',
    pipe: 'fd1',
    bytes: () => filled('\u0001', MIB / 8),
    chunkBytes: 1,
  },
  { name: 'what is no UTF-8', pipe: 'fd2', bytes: () => Buffer.alloc(64 * MIB, 0xff) },
  { name: 'one line of 64 MiB', pipe: 'fd1', bytes: () => Buffer.alloc(64 * MIB, 'x') },
];

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

function heldBytes(): number {
  // The first finds what is garbage, the second waits until its memory is given back.
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** CPU of this thread: on a machine that is busy with other tests the clock on the wall would tell of those. */
function cpuMs(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

/** @returns the longest step, and what is held when all has been written */
function measure({ bytes: make, pipe = 'records', chunkBytes = CHUNK_BYTES }: Flood) {
  const bytes = make();
  const before = heldBytes();
  const collector = createCollector(() => undefined);
  let longestMs = 0;
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    // A copy, as a socket gives one: what is kept of it counts.
    const chunk = Buffer.from(bytes.subarray(at, at + chunkBytes));
    longestMs = Math.max(
      longestMs,
      cpuMs(() => {
        collector.push(pipe, chunk);
      }),
    );
  }
  const held = heldBytes() - before;
  const reportMs = cpuMs(() => {
    encodeReport({ ...aRunFinished(), ...parts(collector.finish()) });
  });
  return { longestMs: Math.max(longestMs, reportMs), held };
}

const parts = ({ outputs, truncated }: ReturnType<ReturnType<typeof createCollector>['finish']>) => ({
  outputs,
  truncated,
});

describe('flood', () => {
  it.each(FLOODS)(
    '$name stays within the limits, and no step takes long',
    (flood) => {
      // The best of a few: code that is compiled while it is measured, and a collection of the garbage of the test
      // itself, count against a step that they do not belong to.
      let { held, longestMs } = measure(flood);
      for (let more = 1; more < TRIES && (longestMs >= STEP_MS_MAX || held >= HELD_BYTES_MAX); more += 1) {
        const again = measure(flood);
        held = Math.min(held, again.held);
        longestMs = Math.min(longestMs, again.longestMs);
      }
      expect(held).toBeLessThan(HELD_BYTES_MAX);
      expect(longestMs).toBeLessThan(STEP_MS_MAX);
    },
    60_000,
  );

  it('holds no more than a record needs when pieces of it come among much else', () => {
    const before = heldBytes();
    const collector = createCollector(() => undefined);
    const record = bundle('x', MIB);
    for (let at = 0; at < 500; at += 1) {
      const chunk = Buffer.alloc(CHUNK_BYTES, 'x');
      chunk.set(record.subarray(at, at + 1));
      collector.push('records', chunk.subarray(0, 1));
      collector.push('fd1', chunk.subarray(1));
    }
    expect(heldBytes() - before).toBeLessThan(4 * MIB);
    expect(collector.finish().truncated.stdout).toBe(true);
  });
});
