/** What the worker takes from a container: frames, the order of frames, records. */
import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { encodeReport, encodeEvent } from '../../shared/contracts/packed-json.ts';
import { LiveEvent } from '../../shared/contracts/events.ts';
import { RunReport } from '../../shared/contracts/result.ts';
import { createBundleScanner } from '../../worker/sandbox/bundle-scan.ts';
import { createCollector } from '../../worker/sandbox/collector.ts';
import { createFileScanner } from '../../worker/sandbox/file-scan.ts';
import { isFileName } from '../../shared/contracts/file.ts';
import { createConversation } from '../../worker/sandbox/conversation.ts';
import { toExit } from '../../worker/sandbox/exit.ts';
import { createDecoder, encodeFrame, RUNNER_FRAME } from '../../worker/sandbox/framing.ts';
import { aBundle, aFile, aFrame, inPieces, places, someRecords } from '../helpers/hostile-bytes.ts';
import { aRunFinished } from '../helpers/run-reports.ts';
import type { Target } from './target.ts';

const LENGTH_MAX = 100;
const RUN = 'run';

/** What the framing says of bytes that are all there at once. */
function messagesIn(bytes: Buffer): string[] {
  const found: string[] = [];
  for (let at = 0; at + RUNNER_FRAME.headerBytes <= bytes.length;) {
    const { type, length } = RUNNER_FRAME.readHeader(bytes, at);
    const end = at + RUNNER_FRAME.headerBytes + length;
    if (length > LENGTH_MAX) return [...found, 'stop'];
    if (end > bytes.length) break;
    found.push(`${String(type)} ${bytes.toString('latin1', at + RUNNER_FRAME.headerBytes, end)}`);
    at = end;
  }
  return found;
}

const decoder = fc.property(someRecords(), places, (bytes, cuts) => {
  const found: string[] = [];
  const reader = createDecoder({
    framing: RUNNER_FRAME,
    admit: ({ length }) => (length <= LENGTH_MAX ? 'take' : 'stop'),
    onMessage: (type, payload) => found.push(`${String(type)} ${payload.toString('latin1')}`),
    onStop: () => found.push('stop'),
  });
  for (const piece of inPieces(bytes, cuts)) reader.push(piece);
  assert.deepEqual(found, messagesIn(bytes));
});

const bundles = fc.property(aBundle(), places, (bytes, cuts) => {
  const scanner = createBundleScanner();
  let end = 0;
  const isGood = inPieces(bytes, cuts).every((piece) => scanner.scan(bytes.subarray(0, (end += piece.length))));
  if (!isGood || !scanner.isWhole()) return;
  // What it takes, every reader of JSON takes: the api's is the next one.
  const value: unknown = JSON.parse(bytes.toString('utf8'));
  assert(typeof value === 'object' && value !== null && !Array.isArray(value));
  assert(Object.values(value).every((text) => typeof text === 'string' && text.isWellFormed()));
});

const files = fc.property(aFile(), places, (bytes, cuts) => {
  const scanner = createFileScanner();
  let end = 0;
  const isGood = inPieces(bytes, cuts).every((piece) => scanner.scan(bytes.subarray(0, (end += piece.length))));
  const file = isGood && isUtf8(bytes) ? scanner.fileIn(bytes) : undefined;
  if (file === undefined) return;
  const said: unknown = JSON.parse(bytes.toString('utf8'));
  assert.deepEqual(said, {
    name: file.name,
    mime_type: file.mime_type,
    content_base64: Buffer.from(file.content).toString('latin1'),
  });
  assert(isFileName(file.name));
  const content = Buffer.from(Buffer.from(file.content).toString('latin1'), 'base64');
  assert.equal(content.length, file.size_bytes);
});

/** The report of a run that wrote these pieces to its record pipe, as the api reads it. */
function reported(pieces: readonly Buffer[]): unknown {
  const collector = createCollector((output) => {
    LiveEvent.parse(JSON.parse(encodeEvent({ type: 'output', attempt: 1, output }).toString('utf8')));
  });
  for (const piece of pieces) collector.push('records', piece);
  const { outputs, truncated } = collector.finish();
  const json = encodeReport({ ...aRunFinished(), outputs, truncated });
  return RunReport.parse(JSON.parse(json.toString('utf8')));
}

const records = fc.property(someRecords(), places, (bytes, cuts) => {
  assert.deepEqual(reported(inPieces(bytes, cuts)), reported([bytes]));
});

/** Whatever is said, the run ends once, in a way that has an exit; nothing else comes out than a broken protocol. */
const conversation = fc.asyncProperty(fc.array(aFrame(RUN), { maxLength: 10 }), places, async (said, cuts) => {
  const talk = createConversation();
  const collector = createCollector(() => undefined);
  const ending = talk.begin(RUN, { onStarted: () => undefined, onBytes: collector.push });
  const bytes = Buffer.concat(said.map(({ type, payload }) => encodeFrame(type, payload)));
  try {
    for (const piece of inPieces(bytes, cuts)) talk.push(piece);
  } catch (error) {
    assert(error instanceof Error && !(error instanceof TypeError) && !(error instanceof RangeError));
  }
  talk.close();
  assert(talk.hasEnded());
  toExit(await ending, collector.finish().error);
  await talk.clean();
  await talk.closed;
});

export const WORKER_TARGETS: readonly Target[] = [
  { name: 'frame decoder of the worker', property: decoder },
  { name: 'conversation with the supervisor', property: conversation },
  { name: 'record reader', property: records },
  { name: 'mime bundles', property: bundles },
  { name: 'attached files', property: files },
];
