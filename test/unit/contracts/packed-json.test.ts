import { describe, expect, it } from '@jest/globals';
import { LiveEvent } from '../../../shared/contracts/events.ts';
import type { Output } from '../../../shared/contracts/execution.ts';
import { charactersOf } from '../../../shared/contracts/output-size.ts';
import { encodeEvent, encodeReport, type PostedOutput } from '../../../shared/contracts/packed-json.ts';
import { RunReport, RunStarted } from '../../../shared/contracts/result.ts';
import { aRunFinished } from '../../helpers/run-reports.ts';

const data = { 'text/plain': 'a"€😀\n\u0000', 'image/svg+xml': '</script>' };
const packed = (type: 'result' | 'display'): PostedOutput => ({ type, data: Buffer.from(JSON.stringify(data)) });
const described = { type: 'file', name: 'a"€.csv', mime_type: 'text/csv', size_bytes: 2 } as const;
const packedFile: PostedOutput = { ...described, content: Buffer.from('YWI=') };
const file: Output = { ...described, content_base64: 'YWI=' };
const texts: Output[] = [
  { type: 'text', stream: 'stdout', text: '}]","outputs":[' },
  { type: 'error', name: 'E', value: '', traceback: '€' },
];
const read = (json: Buffer): unknown => JSON.parse(json.toString('utf8'));

describe('packed JSON', () => {
  it('is read as the report that it was, bundles unpacked', () => {
    const report = aRunFinished();
    const outputs = [packed('display'), ...texts, packedFile, { type: 'display', data } as const, packed('result')];
    expect(RunReport.parse(read(encodeReport({ ...report, outputs })))).toEqual({
      ...report,
      outputs: [{ type: 'display', data }, ...texts, file, { type: 'display', data }, { type: 'result', data }],
    });
  });

  it('is read as the report that it was without outputs, and before the end', () => {
    const report = aRunFinished();
    const started = RunStarted.parse({ ...report, kind: 'started' });
    expect(read(encodeReport(report))).toEqual(report);
    expect(read(encodeReport(started))).toEqual(started);
  });

  it('is read as the event that it was', () => {
    const started = { type: 'started', attempt: 1, started_at_ms: 5 } as const;
    expect(read(encodeEvent(started))).toEqual(started);
    const event = { type: 'output', attempt: 2 } as const;
    expect(LiveEvent.parse(read(encodeEvent({ ...event, output: packed('result') })))).toEqual({
      ...event,
      output: { type: 'result', data },
    });
  });

  it('is read as the event of a file', () => {
    const event = { type: 'output', attempt: 2 } as const;
    expect(LiveEvent.parse(read(encodeEvent({ ...event, output: packedFile })))).toEqual({ ...event, output: file });
  });

  it('counts a file as long as its content is in base64', () => {
    expect([packedFile, file].map(charactersOf)).toEqual([4, 4]);
  });

  it('counts as long as its bundle is in bytes', () => {
    expect(charactersOf(packed('display'))).toBe(Buffer.byteLength(JSON.stringify(data)));
  });
});
