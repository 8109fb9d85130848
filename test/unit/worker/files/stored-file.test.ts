import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { storeContent, type StoredFile } from '../../../../worker/files/stored-file.ts';

const SOURCE = { kind: 'directory', key: `org_${'a'.repeat(20)}/${'0'.repeat(64)}` } as const;
const never = new AbortController().signal;

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'stored-file-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const digestOf = (content: Buffer) => createHash('sha256').update(content).digest('hex');

function store(content: Readable, told: { sha256: string; sizeBytes: number }, signal = never): Promise<StoredFile> {
  return storeContent({ directory, open: async () => content }, { ...told, source: SOURCE }, signal);
}

async function readAll(file: StoredFile): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of file.chunks()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('stored file', () => {
  it('gives back what was fetched, however it arrived and whatever its size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200_000 }), { maxLength: 5 }), async (pieces) => {
        const content = Buffer.concat(pieces);
        const stream = Readable.from(pieces.map((piece) => Buffer.from(piece)));
        const file = await store(stream, { sha256: digestOf(content), sizeBytes: content.length });
        expect((await readAll(file)).equals(content)).toBe(true);
        await file.close();
      }),
      { numRuns: 30 },
    );
  });

  it('cuts a large content into pieces of a frame', async () => {
    const content = Buffer.alloc(1_000_000, 7);
    const file = await store(Readable.from([content]), { sha256: digestOf(content), sizeBytes: content.length });
    for await (const chunk of file.chunks()) expect(chunk.length).toBeLessThanOrEqual(256 * 1024);
    await file.close();
  });

  it('has no name while it is there', async () => {
    const content = Buffer.from('secret');
    const file = await store(Readable.from([content]), { sha256: digestOf(content), sizeBytes: content.length });
    expect(readdirSync(directory)).toEqual([]);
    await file.close();
  });

  it.each([
    ['another content of the same size', Buffer.from('abd'), 3],
    ['a content that ends too early', Buffer.from('ab'), 3],
    ['a content that goes on after its end', Buffer.from('abcd'), 3],
  ])('refuses %s', async (_name, content, sizeBytes) => {
    const told = { sha256: digestOf(Buffer.from('abc')), sizeBytes };
    await expect(store(Readable.from([content]), told)).rejects.toThrow('damaged');
  });

  it('reads no more than it was told of a content that never ends', async () => {
    let sent = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          sent += 1;
          yield Buffer.alloc(1_000);
        }
      })(),
    );
    await expect(store(endless, { sha256: '0'.repeat(64), sizeBytes: 5_000 })).rejects.toThrow('damaged');
    expect(sent).toBeLessThan(100);
    expect(endless.destroyed).toBe(true);
  });

  it('stops when nobody wants it any more', async () => {
    const aborted = new AbortController();
    const storing = store(
      new Readable({ read: () => undefined }),
      { sha256: '0'.repeat(64), sizeBytes: 1 },
      aborted.signal,
    );
    aborted.abort(new Error('nobody wants it'));
    await expect(storing).rejects.toThrow('nobody wants it');
  });

  it('gives up a storage that begins and then sends nothing', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    try {
      const stream = new Readable({ read: () => undefined });
      const storing = store(stream, { sha256: '0'.repeat(64), sizeBytes: 10 });
      const failure = expect(storing).rejects.toThrow('sends nothing');
      stream.push(Buffer.from('a'));
      while (stream.readableLength > 0) await new Promise(setImmediate);
      await jest.advanceTimersByTimeAsync(10_000);
      await failure;
    } finally {
      jest.useRealTimers();
    }
  });
});
