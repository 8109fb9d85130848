import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { createUploads, type UploadsDeps } from '../../../../api/services/uploads.ts';
import { AppError } from '../../../../shared/contracts/errors.ts';
import { ApiKeyId, FileId, OrganizationId } from '../../../../shared/contracts/ids.ts';
import { UPLOADS_AT_ONCE_MAX, UPLOADS_AT_ONCE_PER_ORGANIZATION_MAX } from '../../../../shared/contracts/limits.ts';
import { newId } from '../../../../shared/platform/new-id.ts';

const keyId = ApiKeyId.parse(newId('key'));
const someone = () => ({ organizationId: OrganizationId.parse(newId('org')), keyId });
const contentOf = (text: string) => ({
  name: 'x',
  declaredType: undefined,
  content: Readable.from([Buffer.from(text)]),
});

function uploadsWith(store: Partial<UploadsDeps['store']> = {}, storage: Partial<UploadsDeps['storage']> = {}) {
  const log: string[] = [];
  let staged = 0;
  const uploads = createUploads({
    store: {
      reserve: async () => void log.push('reserve'),
      insertFiles: async (_of, files, keepContents) => {
        await keepContents();
        return files.map((file) => ({ ...file, created_at: new Date(0) }));
      },
      abandon: async () => void log.push('abandon'),
      ...store,
    },
    storage: {
      stage: async (content) => {
        await buffer(content);
        staged += 1;
        return `staged ${String(staged)}`;
      },
      keep: async (temporary) => void log.push(`keep ${temporary}`),
      discard: async (temporary) => void log.push(`discard ${temporary}`),
      ...storage,
    },
    settings: { find: () => Promise.resolve({ quotas: { storage_bytes_max: 100 } }) },
    newFileId: () => FileId.parse(newId('file')),
    report: (message) => void log.push(message),
  });
  return { uploads, log };
}

describe('uploads: places', () => {
  it('are bounded for each organization, and come back', async () => {
    const { uploads } = uploadsWith();
    const one = someone();
    const begun = Array.from({ length: UPLOADS_AT_ONCE_PER_ORGANIZATION_MAX }, () => uploads.begin(one));
    expect(() => uploads.begin(one)).toThrow(AppError);
    await begun[0]?.close();
    expect(() => uploads.begin(one)).not.toThrow();
  });

  it('are bounded for all together', () => {
    const { uploads } = uploadsWith();
    for (let count = 0; count < UPLOADS_AT_ONCE_MAX; count += 1) uploads.begin(someone());
    expect(() => uploads.begin(someone())).toThrow('Too many uploads');
  });
});

describe('uploads: a storage that takes nothing in', () => {
  it('ends the upload at once, however much of it is still to come', async () => {
    const full = new AppError('FILE_STORAGE_UNAVAILABLE', 'full');
    const { uploads } = uploadsWith({}, { stage: () => Promise.reject(full) });
    const content = new PassThrough();
    content.write(Buffer.alloc(1024 * 1024));
    const adding = uploads.begin(someone()).add({ name: 'x', declaredType: undefined, content });
    await expect(adding).rejects.toBe(full);
  });
});

describe('uploads: the end', () => {
  it('keeps the same content once, and discards what was staged', async () => {
    const { uploads, log } = uploadsWith();
    const upload = uploads.begin(someone());
    await upload.add(contentOf('a'));
    await upload.add(contentOf('a'));
    expect(await upload.finish('tests')).toHaveLength(2);
    await upload.close();
    expect(log).toEqual(['reserve', 'keep staged 2', 'discard staged 1', 'discard staged 2']);
  });

  it('reserves again when a removal took the reservation', async () => {
    let tries = 0;
    const { uploads, log } = uploadsWith({
      insertFiles: async (_of, files) => {
        tries += 1;
        return tries === 1 ? undefined : files.map((file) => ({ ...file, created_at: new Date(0) }));
      },
    });
    const upload = uploads.begin(someone());
    await upload.add(contentOf('a'));
    expect(await upload.finish('tests')).toHaveLength(1);
    expect(log).toEqual(['reserve', 'reserve']);
  });

  it('gives up on a reservation that goes every time, and gives it back', async () => {
    const { uploads, log } = uploadsWith({ insertFiles: () => Promise.resolve(undefined) });
    const upload = uploads.begin(someone());
    await upload.add(contentOf('a'));
    await expect(upload.finish('tests')).rejects.toMatchObject({ code: 'FILE_STORAGE_UNAVAILABLE' });
    expect(log).toEqual(['reserve', 'reserve', 'reserve', 'abandon']);
  });

  it('is no file when none came', async () => {
    const { uploads } = uploadsWith();
    await expect(uploads.begin(someone()).finish('tests')).rejects.toMatchObject({ param: 'file' });
  });
});
