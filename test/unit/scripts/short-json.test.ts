import { describe, expect, it } from '@jest/globals';
import { parsedTexts, shortJson } from '../../../scripts/documents/outputs/short-json.ts';

const bundle = (data: Readonly<Record<string, string>>) => ({ type: 'result', data });

describe('short JSON', () => {
  it('is the JSON of what is short', () => {
    const value = { a: [1, 'x\n  y', null, {}], b: { c: true } };
    expect(JSON.parse(shortJson(value))).toEqual(value);
    expect(shortJson(value)).not.toContain('\n');
  });

  it('is the JSON of what takes several lines', () => {
    const value = Array.from({ length: 20 }, (_, n) => ({ n, text: 'x y '.repeat(30), empty: [], none: {} }));
    expect(JSON.parse(shortJson(value))).toEqual(value);
  });

  it('cuts pictures and tells their size in bytes', () => {
    const png = Buffer.alloc(1_500, 1).toString('base64');
    expect(shortJson(bundle({ 'image/png': png }))).toContain(`"${png.slice(0, 32)}… (base64 of 1,500 bytes)"`);
  });

  it('cuts SVG as text, not as base64', () => {
    const svg = `<svg>${'é'.repeat(1_000)}</svg>`;
    expect(shortJson(bundle({ 'image/svg+xml': svg }))).toContain('… (1,011 characters)');
  });

  it('leaves out where an object lies in memory', () => {
    expect(shortJson({ text: '<A at 0x7F7B4D09CB90>, 0xff' })).toBe('{ "text": "<A at 0x…>, 0xff" }');
  });

  it('parses the JSON texts of a bundle alone', () => {
    const data = { 'text/plain': '1', 'application/json': '{"a":1}', 'application/vnd.dataresource+json': '[]' };
    expect(parsedTexts(data)).toEqual([
      ['application/json', { a: 1 }],
      ['application/vnd.dataresource+json', []],
    ]);
  });
});
