/** Uploads, deletions and sweeps of the same contents, in every order that chance brings about. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createBlobs } from '../../../api/services/blobs.ts';
import { createFiles } from '../../../api/services/files.ts';
import { createUploads } from '../../../api/services/uploads.ts';
import { createBlobStore } from '../../../api/store/blob-store.ts';
import { openDatabase } from '../../../api/store/database.ts';
import { createFileStore } from '../../../api/store/file-store.ts';
import { createDirectoryStorage } from '../../../shared/blobs/directory-storage.ts';
import type { BlobStorage } from '../../../shared/blobs/storage.ts';
import { ApiKeyId, FileId, OrganizationId } from '../../../shared/contracts/ids.ts';
import { newId } from '../../../shared/platform/new-id.ts';
import { anOrganization } from '../../helpers/api-server.ts';
import { adminQuery, startPostgres, type TestPostgres } from '../../helpers/postgres.ts';

const CONTENTS = ['one content', 'another content'];

let postgres: TestPostgres;
let directory: string;
let database: ReturnType<typeof openDatabase>;

beforeAll(async () => {
  [postgres, directory] = await Promise.all([startPostgres(), mkdtemp(join(tmpdir(), 'ci-files-'))]);
  database = openDatabase({ url: postgres.url, report: () => undefined });
}, 30_000);

afterAll(async () => {
  await database.close();
  await Promise.all([postgres.stop(), rm(directory, { recursive: true })]);
});

/** A storage whose every step takes its own time, and fails now and then after it did its work. */
function unsteady(storage: BlobStorage, delaysMs: readonly number[], failures: ReadonlySet<number>): BlobStorage {
  let steps = 0;
  async function slowly<T>(work: () => Promise<T>): Promise<T> {
    const step = steps++;
    await delay(delaysMs[step % delaysMs.length]);
    const result = await work();
    if (failures.has(step)) throw new Error('the storage lost its connection');
    return result;
  }
  return {
    ...storage,
    keep: (temporary, key) => slowly(() => storage.keep(temporary, key)),
    remove: (key) => slowly(() => storage.remove(key)),
  };
}

type Step = { readonly kind: 'upload' | 'delete' | 'sweep'; readonly content: number; readonly afterMs: number };

const someStep: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('upload', 'upload', 'delete', 'delete', 'sweep'),
  content: fc.nat(CONTENTS.length - 1),
  afterMs: fc.nat(15),
});

async function openArea(delaysMs: readonly number[], failures: ReadonlySet<number>) {
  const organization = await anOrganization(postgres.url);
  const organizationId = OrganizationId.parse(organization.id);
  const keyId = ApiKeyId.parse(organization.keyId);
  const steady = createDirectoryStorage(directory);
  const storage = unsteady(steady, delaysMs, failures);
  const store = createFileStore(database);
  const blobStore = createBlobStore(database);
  let nowMs = 0;
  const blobs = createBlobs({
    blobs: blobStore,
    files: store,
    storage,
    nowMs: () => (nowMs += 10_000),
    now: () => new Date(),
    report: () => undefined,
    onRemoved: () => undefined,
  });
  const report = () => undefined;
  const files = createFiles({ store, storage, blobs, report });
  const uploads = createUploads({
    store: blobStore,
    storage,
    settings: { find: () => Promise.resolve({ quotas: { storage_bytes_max: 1_000 } }) },
    newFileId: () => FileId.parse(newId('file')),
    report,
  });

  async function upload(content: number): Promise<void> {
    const taken = uploads.begin({ organizationId, keyId });
    try {
      await taken.add({
        name: 'x',
        declaredType: undefined,
        content: Readable.from([Buffer.from(CONTENTS[content] ?? '')]),
      });
      await taken.finish('user_data');
    } finally {
      await taken.close();
    }
  }

  async function remove(content: number): Promise<void> {
    const { rows } = await store.search(organizationId, { page: 1, pageSize: 100 });
    const one = rows.find((row) => row.size_bytes === CONTENTS[content]?.length);
    if (one !== undefined) await files.delete(organizationId, one.id);
  }

  const actions: Readonly<Record<Step['kind'], (content: number) => Promise<void>>> = {
    upload,
    delete: remove,
    sweep: () => blobs.sweep(),
  };

  return {
    async run(steps: readonly Step[]): Promise<void> {
      for (const content of CONTENTS.keys()) await upload(content).catch(() => undefined);
      // What fails was told to whoever asked for it: here only what it leaves counts.
      await Promise.allSettled(
        steps.map(async ({ kind, content, afterMs }) => {
          await delay(afterMs);
          await actions[kind](content);
        }),
      );
    },
    /** What is left, once what can be swept is. */
    async outcome() {
      const steadyBlobs = createBlobs({
        blobs: blobStore,
        files: store,
        storage: steady,
        nowMs: () => 0,
        now: () => new Date(),
        report: () => undefined,
        onRemoved: () => undefined,
      });
      await steadyBlobs.sweep();
      const { rows } = await store.search(organizationId, { page: 1, pageSize: 100 });
      const contents = await Promise.all(
        rows.map(async (row) =>
          (
            await buffer(await createFiles({ store, storage: steady, blobs, report }).openContent(row, undefined))
          ).toString(),
        ),
      );
      const recorded = await adminQuery(
        postgres.url,
        'select sha256 from blobs where organization_id = $1 order by 1',
        [organizationId],
      );
      const stored = (await readdir(join(directory, organizationId)).catch(() => [])).sort();
      return {
        sizes: rows.map(({ size_bytes: bytes }) => bytes),
        contents,
        recorded: recorded.map((row) => row['sha256']),
        stored,
        digests: [...new Set(rows.map(({ sha256 }) => sha256))].sort(),
      };
    },
  };
}

describe('files: interleavings', () => {
  it('leave every file with its content, and no content without a file', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(someStep, { minLength: 2, maxLength: 12 }),
        fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer({ min: CONTENTS.length, max: 14 }), { maxLength: 2 }),
        async (steps, delaysMs, failures) => {
          const area = await openArea(delaysMs, new Set(failures));
          await area.run(steps);
          const { contents, sizes, recorded, stored, digests } = await area.outcome();
          expect(contents.map((text) => text.length)).toEqual(sizes);
          expect(recorded).toEqual(digests);
          expect(stored).toEqual(digests);
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});
