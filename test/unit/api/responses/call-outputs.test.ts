import { describe, expect, it } from '@jest/globals';
import { callOutputs, callStatus } from '../../../../api/services/responses/call-outputs.ts';
import { cut, modelReading, withoutPictures } from '../../../../api/services/responses/model-reading.ts';
import type { Output } from '../../../../shared/contracts/execution.ts';
import fc from 'fast-check';

const ok = { reason: 'ok', code: 0, signal: null } as const;
const shown = (...outputs: Output[]) => callOutputs({ outputs, exit: ok });

describe('call outputs', () => {
  it('shows what was printed without the newline at its end', () => {
    expect(shown({ type: 'text', stream: 'stdout', text: '$38,696.84\n' })).toEqual([
      { type: 'text', text: '$38,696.84' },
    ]);
  });

  it('keeps the order of printed texts, values, pictures and errors', () => {
    const outputs = shown(
      { type: 'text', stream: 'stdout', text: 'a\n' },
      { type: 'display', data: { 'text/plain': '<Figure>', 'image/png': 'iVBO\nRw==' } },
      { type: 'result', data: { 'text/plain': '42', 'text/html': '<b>42</b>' } },
      { type: 'error', name: 'E', value: 'v', traceback: 'Traceback…\nE: v\n', hint: 'Do this.' },
    );
    expect(outputs).toEqual([
      { type: 'text', text: 'a' },
      { type: 'image', url: 'data:image/png;base64,iVBORw==' },
      { type: 'text', text: '42' },
      { type: 'text', text: 'Traceback…\nE: v\nDo this.' },
    ]);
  });

  it('shows SVG as a picture', () => {
    expect(shown({ type: 'display', data: { 'image/svg+xml': '<svg/>' } })).toEqual([
      { type: 'image', url: `data:image/svg+xml;base64,${Buffer.from('<svg/>').toString('base64')}` },
    ]);
  });

  it('tells of a file by its name and size', () => {
    const file = { type: 'file', name: 'a.csv', mime_type: 'text/csv', size_bytes: 3, content_base64: 'YWJj' } as const;
    expect(shown(file)).toEqual([{ type: 'text', text: '[file a.csv, text/csv, 3 bytes]' }]);
  });

  it('leaves out what shows nothing', () => {
    expect(shown({ type: 'text', stream: 'stdout', text: '\n' }, { type: 'result', data: {} })).toEqual([]);
  });

  it('says why code was ended', () => {
    const exit = { reason: 'timed_out', code: null, signal: 'SIGKILL', hint: 'Do less.' } as const;
    expect(callOutputs({ outputs: [], exit })).toEqual([{ type: 'text', text: 'timed_out: Do less.' }]);
  });

  it('says with which code it ended itself', () => {
    const exit = { reason: 'exit', code: 3, signal: null } as const;
    expect(callOutputs({ outputs: [], exit })).toEqual([{ type: 'text', text: 'exit code 3' }]);
  });

  it.each([
    ['ok', 'completed'],
    ['exception', 'completed'],
    ['exit', 'completed'],
    ['timed_out', 'incomplete'],
    ['out_of_memory', 'incomplete'],
    ['output_limit', 'incomplete'],
    ['killed', 'incomplete'],
    ['cancelled', 'incomplete'],
    ['sandbox_lost', 'failed'],
  ] as const)('is, after the end "%s", %s', (reason, status) => {
    expect(callStatus(reason)).toBe(status);
  });
});

describe('model reading', () => {
  const picture = { type: 'image', url: 'data:image/png;base64,iVBORw==' } as const;

  it('gives pictures to a model that takes them, a word to one that does not', () => {
    const outputs = [{ type: 'text', text: 'a' } as const, picture];
    expect(modelReading(outputs, { tokensMax: 100, takesPictures: true })).toEqual([
      { type: 'text', text: 'a\n[picture]' },
      { type: 'image', mediaType: 'image/png', base64: 'iVBORw==' },
    ]);
    expect(modelReading(outputs, { tokensMax: 100, takesPictures: false })).toEqual([
      { type: 'text', text: 'a\n[picture, shown to the user]' },
    ]);
  });

  it('gives something to read also when nothing was shown', () => {
    expect(modelReading([], { tokensMax: 100, takesPictures: true })).toEqual([{ type: 'text', text: '[no output]' }]);
  });

  it('keeps head and tail of what is too long, and says how much is left out', () => {
    expect(cut('a'.repeat(700) + 'b'.repeat(500) + 'c'.repeat(300), 1_000)).toBe(
      `${'a'.repeat(700)}\n[… 500 characters left out …]\n${'c'.repeat(300)}`,
    );
  });

  it('is carried on without the pictures that code made', () => {
    const text = { type: 'text', text: '[picture]' } as const;
    const image = { type: 'image', mediaType: 'image/png', base64: 'iVBORw==' } as const;
    const asked = { role: 'user', parts: [image] } as const;
    const messages = [asked, { role: 'results', results: [{ callId: 'c', parts: [text, image] }] } as const];
    expect(withoutPictures(messages)).toEqual([asked, { role: 'results', results: [{ callId: 'c', parts: [text] }] }]);
  });

  it('cuts no character in half', () => {
    expect(cut('\u{1F600}'.repeat(1_000), 101).isWellFormed()).toBe(true);
  });

  it('never gives more than its budget and the note', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 3_000 }), fc.integer({ min: 1, max: 1_000 }), (text, max) => {
        expect(cut(text, max).length).toBeLessThanOrEqual(Math.max(text.length, 0) <= max ? max : max + 50);
      }),
    );
  });
});
