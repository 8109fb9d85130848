/** Arbitrary bytes that look like what a parser expects, and then do not: whole messages, mutated in a few places. */
import fc from 'fast-check';
import { encodeFrame } from '../../worker/sandbox/framing.ts';

type Mutation = {
  readonly kind: 'put' | 'insert' | 'drop' | 'repeat' | 'cut';
  readonly at: number;
  readonly bytes: Buffer;
};

const INTERESTING = [0x00, 0x22, 0x5c, 0x7b, 0x7d, 0x7f, 0x80, 0xc0, 0xd8, 0xff];

export const someBytes = (bytesMax: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength: bytesMax }).map((bytes) => Buffer.from(bytes));

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('put', 'insert', 'drop', 'repeat', 'cut'),
  at: fc.nat(),
  bytes: fc.oneof(
    fc.constantFrom(...INTERESTING).map((byte) => Buffer.from([byte])),
    someBytes(6),
  ),
});

function mutate(bytes: Buffer, { kind, at, bytes: given }: Mutation): Buffer {
  const place = at % (bytes.length + 1);
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  switch (kind) {
    case 'put':
      return Buffer.concat([before, given, after.subarray(given.length)]);
    case 'insert':
      return Buffer.concat([before, given, after]);
    case 'drop':
      return Buffer.concat([before, after.subarray(given.length)]);
    case 'repeat':
      return Buffer.concat([before, after, after]);
    case 'cut':
      return before;
  }
}

/** Mostly as it was: a parser has to come past the first byte to be tried. */
export function mutated(whole: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  const mutations = fc.oneof(
    { weight: 2, arbitrary: fc.constant<Mutation[]>([]) },
    { weight: 3, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 3 }) },
  );
  return fc.tuple(whole, mutations).map(([bytes, changes]) => changes.reduce(mutate, bytes));
}

/** A list of pieces that `bytes` falls into. */
export const inPieces = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const bounds = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return bounds.slice(1).map((end, index) => Buffer.from(bytes.subarray(bounds[index], end)));
};

export const places = fc.array(fc.nat(), { maxLength: 12 });

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ maxLength: 40 }));
const mediaType = fc.constantFrom('text/plain', 'text/html', 'image/png', 'a/b', '__proto__', 'TEXT/plain', '');

/** The JSON of a mime bundle, or nearly. */
export const aBundle = (): fc.Arbitrary<Buffer> =>
  mutated(
    fc.oneof(
      { weight: 6, arbitrary: fc.dictionary(mediaType, text, { maxKeys: 18 }).map(json) },
      { weight: 1, arbitrary: fc.json({ maxDepth: 6 }).map((value) => Buffer.from(value)) },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom('{"a/b":"\\ud83d\\ude00\\u0000\\n"}', '{ "a/b" : "" , "c/d":"" }')
          .map((value) => Buffer.from(value)),
      },
    ),
  );

const fileName = fc.oneof(
  text,
  fc.constantFrom('a.csv', '-', '..', '../a', 'a\r\nb', '\u202ecod.exe', 'é'.repeat(128), 'NUL', ' '),
);
const content = fc.oneof(
  fc.base64String({ maxLength: 40 }),
  fc.constantFrom('=', '====', 'A===', 'AA=A', 'AA==AA==', 'A', 'AA\n=', '\u0041AA=', 'AA-_'),
);

/** The JSON of an attached file, or nearly. */
export const aFile = (): fc.Arbitrary<Buffer> =>
  mutated(
    fc
      .record({ name: fileName, mime_type: fc.oneof(mediaType, text), content_base64: content })
      .map((file) => json(file)),
  );

const anError = (): fc.Arbitrary<Buffer> =>
  mutated(fc.record({ name: text, value: text, traceback: fc.oneof(text, fc.jsonValue()) }).map(json));

/** One message in frame layout: its type, a payload that fits it or not, a length that is right or not. */
function aMessage(types: string, payload: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  const right = fc.tuple(fc.constantFrom(...types), payload).map(([type, bytes]) => encodeFrame(type, bytes));
  return fc.oneof({ weight: 8, arbitrary: right }, { weight: 1, arbitrary: mutated(right) });
}

/** What a child may write to its record pipe. */
export const someRecords = (): fc.Arbitrary<Buffer> =>
  fc
    .array(
      fc.oneof(
        aMessage('oe', someBytes(60)),
        aMessage('vd', aBundle()),
        aMessage('x', anError()),
        aMessage('f', aFile()),
        aMessage('oevdfxrEH\u0000', someBytes(20)),
      ),
      { maxLength: 8 },
    )
    .map((records) => Buffer.concat(records));

export type Said = { readonly type: string; readonly payload: Buffer };

/** One frame of a supervisor, of the run or of another. */
export function aFrame(run: string): fc.Arbitrary<Said> {
  const ofRun = fc.constantFrom(run, run, run, 'another');
  const ended = fc.record({
    run: ofRun,
    cause: fc.constantFrom('exited', 'timed_out', 'output_limit', 'cancelled', 'lost', 'bored'),
    exit_code: fc.constantFrom(0, 1, 255, null),
    signal: fc.constantFrom('SIGKILL', null),
    oom: fc.boolean(),
    wall_ms: fc.double(),
    cpu_ms: fc.double(),
    memory_peak_bytes: fc.nat(),
  });
  const said = (type: string, payload: fc.Arbitrary<Buffer>): fc.Arbitrary<Said> =>
    payload.map((bytes) => ({ type, payload: bytes }));
  const hello = { protocol: 1, python: '3.13', landlock: 6, zygotes: ['bare'] };
  return fc.oneof(
    said('H', mutated(fc.constant(json(hello)))),
    said('S', mutated(fc.record({ run: ofRun }).map(json))),
    said('r', someRecords()),
    said('o', someBytes(40)),
    said('e', someBytes(40)),
    said('E', mutated(ended.map(json))),
    said('C', mutated(fc.record({ run: ofRun, clean: fc.boolean() }).map(json))),
    fc.record({ type: fc.constantFrom('?', 'R', 'K', '\u0000'), payload: someBytes(20) }),
  );
}
