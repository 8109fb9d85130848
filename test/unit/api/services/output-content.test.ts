import { describe, expect, it } from '@jest/globals';
import { representationOf, representationsOf } from '../../../../api/services/output-content.ts';
import type { Output } from '../../../../shared/contracts/execution.ts';

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
const display: Output = {
  type: 'display',
  data: { 'text/plain': 'é', 'text/html': '<b>é</b>', 'image/svg+xml': '<svg/>', 'image/png': PNG.toString('base64') },
};
const file = (change: Partial<Extract<Output, { type: 'file' }>> = {}): Output => ({
  type: 'file',
  name: 'é.csv',
  mime_type: 'text/csv',
  size_bytes: 2,
  content_base64: 'YWI=',
  ...change,
});

describe('output content: which representation', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['image/png', { 'text/plain': '', 'text/html': '', 'image/svg+xml': '', 'image/jpeg': '', 'image/png': '' }],
    ['image/jpeg', { 'text/plain': '', 'image/svg+xml': '', 'image/jpeg': '' }],
    ['image/svg+xml', { 'text/plain': '', 'text/html': '', 'image/svg+xml': '' }],
    ['text/html', { 'text/plain': '', 'text/latex': '', 'text/html': '' }],
    ['text/plain', { 'application/vnd.plotly.v1+json': '', 'text/plain': '' }],
    ['a/b', { 'a/b': '' }],
  ])('is %s when nobody asks for another', (expected, data) => {
    expect(representationOf({ type: 'result', data }, 0, undefined)?.contentType.split(';')[0]).toBe(expected);
  });

  it('is the one that was asked for', () => {
    expect(representationOf(display, 0, 'text/html')).toEqual({
      contentType: 'text/html; charset=utf-8',
      bytes: Buffer.from('<b>é</b>'),
      name: 'output-0.html',
    });
  });

  it.each(['text/csv', '__proto__', 'constructor', '', 'IMAGE/PNG'])('is none for %j', (asked) => {
    expect(representationOf(display, 0, asked)).toBeUndefined();
  });

  it('is none of an empty bundle', () => {
    expect(representationOf({ type: 'display', data: {} }, 0, undefined)).toBeUndefined();
  });

  it('is never one whose name is no media type', () => {
    expect(representationsOf({ type: 'display', data: { 'a/b\r\nX: y': '', 'text/plain': '' } })).toEqual([
      'text/plain',
    ]);
  });
});

describe('output content: bytes and names', () => {
  it('are those of the picture', () => {
    expect(representationOf(display, 7, undefined)).toEqual({
      contentType: 'image/png',
      bytes: PNG,
      name: 'output-7.png',
    });
  });

  it('are the text and the traceback', () => {
    expect(representationOf({ type: 'text', stream: 'stderr', text: 'é' }, 1, undefined)).toEqual({
      contentType: 'text/plain; charset=utf-8',
      bytes: Buffer.from('é'),
      name: 'output-1.txt',
    });
    const error: Output = { type: 'error', name: 'E', value: '', traceback: 'Traceback' };
    expect(representationOf(error, 1, 'text/plain')?.bytes.toString()).toBe('Traceback');
  });

  it('are those of the file', () => {
    expect(representationOf(file(), 0, undefined)).toEqual({
      contentType: 'text/csv',
      bytes: Buffer.from('ab'),
      name: 'é.csv',
    });
  });

  it.each(['a/b', '..', 'a\r\nb', '\ud800', ''])('are not called %j, whatever a worker says', (name) => {
    expect(representationOf(file({ name }), 3, undefined)?.name).toBe('output-3.bin');
  });

  it.each(['text/html\r\nX: y', 'text/html; charset=x', ''])('are of no type %j, whatever a worker says', (type) => {
    expect(representationOf(file({ mime_type: type }), 0, undefined)?.contentType).toBe('application/octet-stream');
  });

  it('have an ending that tells JSON', () => {
    const data = { 'application/vnd.plotly.v1+json': '{}' };
    expect(representationOf({ type: 'result', data }, 0, undefined)?.name).toBe('output-0.json');
  });
});
