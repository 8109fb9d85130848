import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MimeBundle, type Output } from '../../../../shared/contracts/execution.ts';
import {
  FILES_COUNT_MAX,
  OUTPUTS_BYTES_MAX,
  OUTPUTS_COUNT_MAX,
  TEXT_BYTES_MAX,
} from '../../../../shared/contracts/limits.ts';
import { isPacked, type PostedOutput } from '../../../../shared/contracts/packed-json.ts';
import { cutToBytes } from '../../../../worker/sandbox/bounded-text.ts';
import { createCollector } from '../../../../worker/sandbox/collector.ts';
import { encodeFrame } from '../../../../worker/sandbox/framing.ts';

const text = (stream: 'o' | 'e', value: string) => encodeFrame(stream, Buffer.from(value));
const record = (type: string, value: unknown) => encodeFrame(type, Buffer.from(JSON.stringify(value)));

/** As a reader gets it. */
function unpacked(output: PostedOutput): Output {
  if (!isPacked(output)) return output;
  if (output.type === 'file') {
    const { content, ...described } = output;
    return { ...described, content_base64: Buffer.from(content).toString('latin1') };
  }
  return { type: output.type, data: MimeBundle.parse(JSON.parse(Buffer.from(output.data).toString('utf8'))) };
}

function collect(records: readonly Buffer[]) {
  const seen: Output[] = [];
  const collector = createCollector((output) => seen.push(unpacked(output)));
  for (const bytes of records) collector.push('records', bytes);
  const collected = collector.finish();
  return { ...collected, outputs: collected.outputs.map(unpacked), seen };
}

describe('collector: text', () => {
  it('joins neighbouring texts of one stream and keeps the order of the streams', () => {
    const { outputs } = collect([text('o', 'a'), text('o', 'b'), text('e', 'c'), text('o', 'd')]);
    expect(outputs).toEqual([
      { type: 'text', stream: 'stdout', text: 'ab' },
      { type: 'text', stream: 'stderr', text: 'c' },
      { type: 'text', stream: 'stdout', text: 'd' },
    ]);
  });

  it('keeps exactly the limit of both streams together and flags only what was cut', () => {
    const piece = 'x'.repeat(32 * 1024);
    const full = Array.from({ length: TEXT_BYTES_MAX / piece.length }, () => text('o', piece));
    expect(collect(full).truncated).toEqual({ stdout: false, stderr: false, outputs: false });
    const over = collect([...full, text('e', 'y')]);
    expect(over.truncated).toEqual({ stdout: false, stderr: true, outputs: false });
    expect(over.outputs.flatMap((output) => (output.type === 'text' ? output.text : [])).join('').length).toBe(
      TEXT_BYTES_MAX,
    );
  });

  it('adds nothing behind a cut, so that no gap is hidden', () => {
    const piece = 'x'.repeat(64 * 1024 - 1);
    const records = Array.from({ length: 17 }, () => text('o', piece));
    const { outputs } = collect([...records, text('o', 'tail')]);
    expect(JSON.stringify(outputs)).not.toContain('tail');
  });

  it('replaces what is no UTF-8, and joins a character that came in two pieces', () => {
    const collector = createCollector(() => undefined);
    collector.push('fd1', Buffer.from([0xe2, 0x82]));
    collector.push('fd1', Buffer.from([0xac, 0xff]));
    expect(collector.finish().outputs).toEqual([{ type: 'text', stream: 'stdout', text: '€\ufffd' }]);
  });

  it('cuts at the byte limit, never inside a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(100), (value, bytesMax) => {
        const kept = cutToBytes(value, bytesMax);
        expect(value.startsWith(kept)).toBe(true);
        expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(bytesMax);
        const next = [...value.slice(kept.length)][0];
        if (next !== undefined) expect(Buffer.byteLength(kept + next)).toBeGreaterThan(bytesMax);
      }),
    );
  });

  it('bounds the number of outputs', () => {
    const records = Array.from({ length: OUTPUTS_COUNT_MAX + 10 }, (_, index) =>
      text(index % 2 === 0 ? 'o' : 'e', 'z'),
    );
    const { outputs, truncated } = collect(records);
    expect(outputs).toHaveLength(OUTPUTS_COUNT_MAX);
    expect(truncated.stdout).toBe(true);
  });
});

describe('collector: results, displays and errors', () => {
  it('keeps them in their place among the texts', () => {
    const bundle = { 'text/plain': '2' };
    const error = { name: 'ValueError', value: 'no', traceback: 'Traceback' };
    const {
      outputs,
      error: told,
      seen,
    } = collect([text('o', 'a'), record('d', bundle), record('v', bundle), record('x', error)]);
    expect(outputs.map((output) => output.type)).toEqual(['text', 'display', 'result', 'error']);
    expect(told).toEqual(error);
    expect(seen).toEqual(outputs);
  });

  it('counts displays up to the limit and leaves the next one out', () => {
    const big = { 'image/png': 'A'.repeat(OUTPUTS_BYTES_MAX / 2 - 100) };
    const { outputs, truncated } = collect([record('d', big), record('d', big), record('d', big)]);
    expect(outputs).toHaveLength(2);
    expect(truncated.outputs).toBe(true);
  });

  it('skips one over the limit unread and goes on behind it', () => {
    const huge = encodeFrame('d', Buffer.alloc(OUTPUTS_BYTES_MAX + 1, 'x'));
    const { outputs, truncated } = collect([huge, text('o', 'after')]);
    expect(outputs).toEqual([{ type: 'text', stream: 'stdout', text: 'after' }]);
    expect(truncated.outputs).toBe(true);
  });

  it('believes the first error only', () => {
    const one = { name: 'A', value: '', traceback: '' };
    const { outputs } = collect([record('x', one), record('x', { ...one, name: 'B' })]);
    expect(outputs).toEqual([{ type: 'error', ...one }]);
  });

  it.each([
    ['no JSON', encodeFrame('d', Buffer.from('{'))],
    ['no object', record('d', [1])],
    ['a value that is no text', record('d', { 'text/plain': 1 })],
    ['a name that is no media type', record('d', { '__proto__/x y': 'a' })],
    [
      'too many media types',
      record('d', Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`a/b${String(n)}`, '']))),
    ],
    ['deep nesting', encodeFrame('d', Buffer.from(`{"text/plain":${'['.repeat(200_000)}`))],
  ])('drops %s and says so', (_name, bytes) => {
    const { outputs, truncated } = collect([bytes, text('o', 'after')]);
    expect(outputs).toEqual([{ type: 'text', stream: 'stdout', text: 'after' }]);
    expect(truncated.outputs).toBe(true);
  });

  it.each([
    ['a million small members', `{${Array.from({ length: 1_000_000 }, (_, n) => `"a${String(n)}":1`).join(',')}}`],
    ['a million small strings', `{"text/plain":[${Array.from({ length: 1_000_000 }, () => '"x"').join(',')}]}`],
    ['a million nested objects', '{"a":'.repeat(1_000_000)],
    ['a record over what an error may be', `{"name":"${'x'.repeat(1024 * 1024)}","value":"","traceback":""}`, 'x'],
  ])('drops %s without parsing them', (_name, json, type = 'd') => {
    const bytes = encodeFrame(type, Buffer.from(json.slice(0, OUTPUTS_BYTES_MAX)));
    const parse = JSON.parse;
    let parsed = 0;
    JSON.parse = (...args: Parameters<typeof parse>) => {
      parsed += 1;
      return parse(...args) as unknown;
    };
    try {
      expect(collect([bytes]).truncated.outputs).toBe(true);
    } finally {
      JSON.parse = parse;
    }
    expect(parsed).toBe(0);
  });

  it('drops what is no UTF-8, which would grow threefold', () => {
    expect(collect([encodeFrame('d', Buffer.from([0x7b, 0xff, 0x7d]))])).toMatchObject({
      outputs: [],
      truncated: { outputs: true },
    });
  });

  it('takes strings with every kind of escape', () => {
    const data = { 'text/plain': 'a"b\\\\"c\n\u0000\\', 'text/html': '"' };
    expect(collect([record('d', data)]).outputs).toEqual([{ type: 'display', data }]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(collect([record('v', { 'text/plain': value.toWellFormed() })]).outputs).toEqual([
          { type: 'result', data: { 'text/plain': value.toWellFormed() } },
        ]);
      }),
    );
  });

  it('drops everything behind a record of an unknown type', () => {
    const { outputs, truncated } = collect([
      text('o', 'before'),
      encodeFrame('?', Buffer.from('x')),
      text('o', 'after'),
    ]);
    expect(outputs).toEqual([{ type: 'text', stream: 'stdout', text: 'before' }]);
    expect(truncated.outputs).toBe(true);
  });

  it('drops a bundle with a lone surrogate, which UTF-8 cannot hold, and mends an error', () => {
    const error = '{"name":"E","value":"\\ud800","traceback":""}';
    const { outputs, truncated } = collect([
      encodeFrame('v', Buffer.from('{"text/plain":"\\ud800"}')),
      encodeFrame('x', Buffer.from(error)),
    ]);
    expect(outputs).toEqual([{ type: 'error', name: 'E', value: '\ufffd', traceback: '' }]);
    expect(truncated.outputs).toBe(true);
  });

  it('looks at one error, good or not', () => {
    const { outputs, error } = collect([
      encodeFrame('x', Buffer.from('{')),
      record('x', { name: 'B', value: '', traceback: '' }),
    ]);
    expect({ outputs, error }).toEqual({ outputs: [], error: null });
  });

  it('takes no more bundles after as many broken ones as there may be outputs, but texts and the error', () => {
    const broken = Array.from({ length: OUTPUTS_COUNT_MAX }, () => encodeFrame('d', Buffer.from('{}}')));
    const rest = [
      record('d', { 'text/plain': '1' }),
      text('o', 'a'),
      record('x', { name: 'E', value: '', traceback: '' }),
    ];
    const types = (records: readonly Buffer[]) => collect(records).outputs.map(({ type }) => type);
    expect(types([...broken.slice(1), ...rest])).toEqual(['display', 'text', 'error']);
    expect(types([...broken, ...rest])).toEqual(['text', 'error']);
  });

  it('drops what is too short to be a bundle or a file', () => {
    const { outputs, truncated } = collect(['v', 'd', 'f'].flatMap((type) => [encodeFrame(type, Buffer.from('{'))]));
    expect({ outputs, truncated }).toEqual({ outputs: [], truncated: { stdout: false, stderr: false, outputs: true } });
  });

  it('does not begin to hold what there is no room for', () => {
    const big = record('d', { 'image/png': 'A'.repeat(OUTPUTS_BYTES_MAX - 100) });
    const { outputs, truncated } = collect([big, record('d', { 'image/png': 'A'.repeat(100) }), text('o', 'after')]);
    expect(outputs.map(({ type }) => type)).toEqual(['display', 'text']);
    expect(truncated.outputs).toBe(true);
  });

  it('tells of the text of one piece once, and once more at each change of stream', () => {
    const bytes = Buffer.concat([text('o', 'a'), text('o', 'b'), text('e', 'c'), text('e', 'd')]);
    expect(collect([bytes, text('e', 'e')]).seen).toEqual([
      { type: 'text', stream: 'stdout', text: 'ab' },
      { type: 'text', stream: 'stderr', text: 'cd' },
      { type: 'text', stream: 'stderr', text: 'e' },
    ]);
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 20 }), (chunks) => {
        const { outputs } = collect(chunks.map((chunk) => Buffer.from(chunk)));
        expect(Array.isArray(outputs)).toBe(true);
      }),
    );
  });
});

const aFile = (change: Readonly<Record<string, unknown>> = {}) =>
  record('f', { name: 'a.csv', mime_type: 'text/csv', content_base64: 'YWI=', ...change });

describe('collector: files', () => {
  it('keeps them in their place, with the size of their content', () => {
    const { outputs, seen } = collect([text('o', 'a'), aFile(), record('v', { 'text/plain': '1' })]);
    expect(outputs.map(({ type }) => type)).toEqual(['text', 'file', 'result']);
    expect(outputs[1]).toEqual({
      type: 'file',
      name: 'a.csv',
      mime_type: 'text/csv',
      size_bytes: 2,
      content_base64: 'YWI=',
    });
    expect(seen).toEqual(outputs);
  });

  it('takes twenty and leaves the next out, other outputs not', () => {
    const files = Array.from({ length: FILES_COUNT_MAX }, () => aFile());
    expect(collect(files).truncated.outputs).toBe(false);
    const { outputs, truncated } = collect([...files, aFile(), record('d', { 'text/plain': '1' })]);
    expect(outputs.filter(({ type }) => type === 'file')).toHaveLength(FILES_COUNT_MAX);
    expect(outputs.at(-1)?.type).toBe('display');
    expect(truncated.outputs).toBe(true);
  });

  it('gives them the room that bundles leave, to the byte', () => {
    const display = record('d', { 'image/png': 'A'.repeat(OUTPUTS_BYTES_MAX / 2) });
    const headBytes = 5;
    const room = OUTPUTS_BYTES_MAX - (display.length - headBytes);
    const empty = aFile({ content_base64: '' }).length - headBytes;
    const fits = Math.floor((room - empty) / 4) * 4;
    const filled = (characters: number) => aFile({ content_base64: 'A'.repeat(characters) });
    expect(collect([display, filled(fits)]).truncated.outputs).toBe(false);
    const over = collect([display, filled(fits + 4), aFile()]);
    expect(over.outputs.map(({ type }) => type)).toEqual(['display', 'file']);
    expect(over.truncated.outputs).toBe(true);
  });

  it('counts them against what bundles may take', () => {
    const file = aFile({ content_base64: 'A'.repeat(OUTPUTS_BYTES_MAX - 1024) });
    const { outputs, truncated } = collect([file, record('d', { 'text/plain': 'x'.repeat(2048) })]);
    expect(outputs.map(({ type }) => type)).toEqual(['file']);
    expect(truncated.outputs).toBe(true);
  });

  it('drops what is no file and says so', () => {
    const { outputs, truncated } = collect([aFile({ name: '../a' }), text('o', 'after')]);
    expect(outputs).toEqual([{ type: 'text', stream: 'stdout', text: 'after' }]);
    expect(truncated.outputs).toBe(true);
  });
});

describe('collector: hints', () => {
  const error = { name: 'OSError', value: 'no', traceback: 'Traceback' };

  it('passes the hint of an error on', () => {
    expect(collect([record('x', { ...error, hint: 'use attach' })]).outputs).toEqual([
      { type: 'error', ...error, hint: 'use attach' },
    ]);
  });

  it('cuts a hint as long as a value may be', () => {
    const [output] = collect([record('x', { ...error, hint: 'x'.repeat(100_000) })]).outputs;
    expect(output?.type === 'error' && output.hint?.length).toBe(64 * 1024);
  });

  it('keeps an error whose hint is no text', () => {
    expect(collect([record('x', { ...error, hint: { a: 1 } })]).outputs).toEqual([{ type: 'error', ...error }]);
  });
});
