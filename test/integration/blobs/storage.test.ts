/** One suite for every place that contents are kept in. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDirectoryStorage } from '../../../shared/blobs/directory-storage.ts';
import { createBlobReader } from '../../../shared/blobs/read.ts';
import { createS3Storage } from '../../../shared/blobs/s3-storage.ts';
import type { BlobStorage } from '../../../shared/blobs/storage.ts';
import { BlobKey } from '../../../shared/contracts/blob-source.ts';
import { OrganizationId } from '../../../shared/contracts/ids.ts';
import { newId } from '../../../shared/platform/new-id.ts';
import { startS3 } from '../../helpers/s3.ts';

type Place = {
  readonly storage: BlobStorage;
  readonly directory: string;
  close(): Promise<void>;
};

async function directoryPlace(): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), 'ci-files-'));
  return {
    storage: createDirectoryStorage(directory),
    directory,
    close: () => rm(directory, { recursive: true }),
  };
}

async function s3Place(): Promise<Place> {
  const s3 = await startS3();
  Object.assign(process.env, s3.credentials);
  const { bucket, endpoint } = s3;
  const storage = createS3Storage({ bucket, endpoint, region: 'us-east-1', urlExpirySeconds: 60 });
  return {
    storage,
    directory: '/nonexistent',
    async close() {
      storage.close();
      await s3.stop();
    },
  };
}

const someKey = (organization = newId('org')) => BlobKey.parse(`${organization}/${randomBytes(32).toString('hex')}`);
const inPieces = (...pieces: Buffer[]) => Readable.from(pieces, { objectMode: false });
const never = new AbortController().signal;

describe.each([
  ['directory', directoryPlace],
  ['S3', s3Place],
])('blob storage: %s', (_name, open) => {
  let place: Place;
  let storage: BlobStorage;

  beforeAll(async () => {
    place = await open();
    storage = place.storage;
  });

  afterAll(() => place.close());

  async function keepNew(content: Buffer, key = someKey()): Promise<BlobKey> {
    await storage.keep(await storage.stage(inPieces(content)), key);
    return key;
  }

  it.each([
    ['nothing', 0],
    ['one byte', 1],
    ['more than one part of an upload', 11 * 1024 * 1024 + 7],
  ])('gives back what it was given: %s', async (_what, bytes) => {
    const content = randomBytes(bytes);
    const key = await keepNew(content);
    expect((await buffer(await storage.read(key))).equals(content)).toBe(true);
  });

  it('gives a part of a content', async () => {
    const key = await keepNew(Buffer.from('0123456789'));
    expect((await buffer(await storage.read(key, { first: 2, last: 4 }))).toString()).toBe('234');
  });

  it('shows nothing of what is staged and not kept', async () => {
    const key = someKey();
    await storage.stage(inPieces(Buffer.from('x')));
    await expect(storage.read(key)).rejects.toMatchObject({ code: 'FILE_STORAGE_UNAVAILABLE' });
  });

  it('puts what is kept later in the place of what was there', async () => {
    const key = await keepNew(Buffer.from('damaged'));
    await keepNew(Buffer.from('whole'), key);
    expect((await buffer(await storage.read(key))).toString()).toBe('whole');
  });

  it('cannot keep what was discarded', async () => {
    const temporary = await storage.stage(inPieces(Buffer.from('x')));
    await storage.discard(temporary);
    await expect(storage.keep(temporary, someKey())).rejects.toMatchObject({ code: 'FILE_STORAGE_UNAVAILABLE' });
  });

  it('discards and removes what is not there without complaint', async () => {
    await storage.discard('nothing');
    await expect(storage.remove(someKey())).resolves.toBeUndefined();
  });

  it('removes a content and no other', async () => {
    const organization = newId('org');
    const [gone, stays] = [await keepNew(Buffer.from('a'), someKey(organization)), await keepNew(Buffer.from('b'))];
    await storage.remove(gone);
    await expect(storage.read(gone)).rejects.toMatchObject({ code: 'FILE_STORAGE_UNAVAILABLE' });
    expect((await buffer(await storage.read(stays))).toString()).toBe('b');
  });

  it('removes every content of an organization and none of another', async () => {
    const organizationId = OrganizationId.parse(newId('org'));
    const own = await Promise.all(['a', 'b', 'c'].map((text) => keepNew(Buffer.from(text), someKey(organizationId))));
    const other = await keepNew(Buffer.from('other'));
    await storage.removeAllOf(organizationId);
    const left = await Promise.allSettled(own.map((key) => storage.read(key)));
    expect(left.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect((await buffer(await storage.read(other))).toString()).toBe('other');
  });

  it('passes the error of a stream that breaks off on, and leaves nothing', async () => {
    const old = new Date(Date.now() + 60_000);
    await storage.removeStale(old);
    const broken = new Error('the client is gone');
    const content = Readable.from(
      (async function* () {
        yield randomBytes(6 * 1024 * 1024);
        throw broken;
      })(),
      { objectMode: false },
    );
    await expect(storage.stage(content)).rejects.toBe(broken);
    expect(await storage.removeStale(old)).toBe(0);
  });

  it('removes what was staged too long ago, and only that', async () => {
    const old = new Date(Date.now() + 60_000);
    await storage.removeStale(old);
    await storage.stage(inPieces(Buffer.from('left')));
    expect(await storage.removeStale(new Date(Date.now() - 60_000))).toBe(0);
    expect(await storage.removeStale(old)).toBe(1);
  });

  it('tells a worker where it finds a content', async () => {
    const key = await keepNew(Buffer.from('for a worker'));
    const reader = createBlobReader({ directory: place.directory });
    const content = await reader.open(await storage.sourceFor(key), never);
    expect((await buffer(content)).toString()).toBe('for a worker');
  });

  it('tells a worker so when the content is missing', async () => {
    const reader = createBlobReader({ directory: place.directory });
    const opening = reader.open(await storage.sourceFor(someKey()), never);
    await expect(opening).rejects.toMatchObject({ code: 'FILE_STORAGE_UNAVAILABLE' });
  });

  it('ends a worker’s reading when it is told to', async () => {
    const key = await keepNew(randomBytes(8 * 1024 * 1024));
    const reader = createBlobReader({ directory: place.directory });
    const controller = new AbortController();
    const content = await reader.open(await storage.sourceFor(key), controller.signal);
    controller.abort();
    await expect(buffer(content)).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('blob storage: S3 that does not answer', () => {
  it('is given up', async () => {
    const server = createServer().listen(0, '127.0.0.1'); // takes connections and says nothing
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // listens on a port: it is no path
    const endpoint = `http://127.0.0.1:${String(port)}`;
    const storage = createS3Storage({ bucket: 'b', endpoint, region: 'r', urlExpirySeconds: 60, answerMs: 50 });
    const unavailable = { code: 'FILE_STORAGE_UNAVAILABLE' };
    await expect(storage.read(someKey())).rejects.toMatchObject(unavailable);
    await expect(storage.stage(inPieces(Buffer.from('x')))).rejects.toMatchObject(unavailable);
    storage.close();
    server.close();
  });
});

describe('blob storage: a directory', () => {
  let place: Place;

  beforeAll(async () => {
    place = await directoryPlace();
  });

  afterAll(() => place.close());

  it('lets those read who come so far, whatever the umask', async () => {
    const before = process.umask(0o077);
    try {
      const key = someKey();
      await place.storage.keep(await place.storage.stage(inPieces(Buffer.from('x'))), key);
      const [organization = ''] = key.split('/');
      expect((await stat(join(place.directory, organization))).mode & 0o777).toBe(0o755);
      expect((await stat(join(place.directory, key))).mode & 0o777).toBe(0o644);
      expect((await stat(join(place.directory, 'tmp'))).mode & 0o777).toBe(0o700);
    } finally {
      process.umask(before);
    }
  });

  it('is durable before it says so: the content, then every entry that leads to it', async () => {
    const handle = await open(place.directory);
    const prototype: { sync: () => Promise<void> } = Object.getPrototypeOf(handle);
    await handle.close();
    const { sync } = prototype;
    let syncs = 0;
    prototype.sync = function (this: unknown) {
      syncs += 1;
      return sync.call(this);
    };
    try {
      const temporary = await place.storage.stage(inPieces(Buffer.from('x')));
      expect(syncs).toBe(1);
      await place.storage.keep(temporary, someKey());
      expect(syncs).toBe(3); // the directory of the organization is new
    } finally {
      prototype.sync = sync;
    }
  });

  it('goes by the age of what is staged', async () => {
    await place.storage.removeStale(new Date(Date.now() + 60_000));
    const old = join(place.directory, 'tmp', 'old');
    await writeFile(old, 'x');
    await utimes(old, new Date(0), new Date(0));
    const temporary = await place.storage.stage(inPieces(Buffer.from('new')));
    expect(await place.storage.removeStale(new Date(Date.now() - 60_000))).toBe(1);
    expect(await readdir(join(place.directory, 'tmp'))).toEqual([temporary]);
  });

  it('has nothing to remove where nothing was ever staged', async () => {
    const storage = createDirectoryStorage(join(place.directory, 'not there yet'));
    expect(await storage.removeStale(new Date())).toBe(0);
  });

  it('tells that it cannot store where it may not write', async () => {
    const file = join(place.directory, 'a file');
    await writeFile(file, '');
    const storage = createDirectoryStorage(join(file, 'and below'));
    await expect(storage.stage(inPieces(Buffer.from('x')))).rejects.toMatchObject({
      code: 'FILE_STORAGE_UNAVAILABLE',
    });
  });
});
