import { describe, expect, it } from '@jest/globals';
import {
  createResponseFiles,
  mountedFiles,
  NO_FILES,
  type FilesAsked,
} from '../../../../api/services/responses/response-files.ts';
import type { FileRow } from '../../../../api/store/schema.ts';
import { FileId, OrganizationId } from '../../../../shared/contracts/ids.ts';
import { INPUT_FILES_BYTES_MAX, PICTURE_FILES_BYTES_MAX } from '../../../../shared/contracts/limits.ts';

const organizationId = OrganizationId.parse(`org_${'o'.repeat(20)}`);
const idOf = (at: number) => FileId.parse(`file_${String(at).padStart(20, '0')}`);

const row = (at: number, changes: Partial<FileRow> = {}): FileRow => ({
  ...{ id: idOf(at), organization_id: organizationId, sha256: 'a'.repeat(64), name: `${String(at)}.txt` },
  ...{ mime_type: 'text/plain', purpose: 'user_data', size_bytes: 1, created_by: null, created_at: new Date(0) },
  ...changes,
});

const named = (...places: number[]) =>
  places.map((at) => ({ fileId: idOf(at), param: `inputs.0.content.${String(at)}.file_id` }));

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);

/** Resolves what is asked where the organization has `rows`. */
async function resolved(rows: readonly FileRow[], asked: Partial<FilesAsked>) {
  const files = createResponseFiles({
    store: { findSome: (_, ids) => Promise.resolve(rows.filter(({ id }) => ids.includes(id))) },
    descriptions: { of: (file) => Promise.resolve(`about ${file.name}`) },
  });
  return files.resolve(organizationId, {
    ...{ named: [], assistant: [], earlier: NO_FILES, fileRetrieval: true, hasCode: true },
    model: { name: 'clever', takesPictures: true },
    ...asked,
  });
}

const namesOf = ({ files }: { readonly files: readonly { readonly name: string }[] }) => files.map(({ name }) => name);

describe('response files', () => {
  it('keep their names over turns, whatever comes beside them', async () => {
    const rows = [row(1, { name: 'a.csv' }), row(2, { name: 'a.csv' }), row(3, { name: 'A.csv' })];
    const first = await resolved(rows, { named: named(2) });
    const second = await resolved(rows, { named: named(1), earlier: first });
    const third = await resolved(rows, { named: named(3), earlier: second });
    expect(namesOf(third)).toEqual(['a.csv', 'a (2).csv', 'A (3).csv']);
    expect(mountedFiles(third).map(({ file_id: id }) => id)).toEqual([idOf(2), idOf(1), idOf(3)]);
  });

  it('leave out what is oldest of the conversation where there are too many', async () => {
    const rows = upTo(22).map((at) => row(at));
    const first = await resolved(rows, { named: named(...upTo(20)) });
    const second = await resolved(rows, { named: named(20, 21), earlier: first });
    expect(namesOf(second)).toEqual(rows.slice(2).map(({ name }) => name));
    expect(second.warnings).toEqual([expect.stringContaining('"1.txt"'), expect.stringContaining('"0.txt"')]);
  });

  it('leave out files of the assistant for which there is no room', async () => {
    const large = row(1, { size_bytes: INPUT_FILES_BYTES_MAX });
    const asked = { named: named(2), assistant: [idOf(1), idOf(3)] };
    const files = await resolved([large, row(2), row(3)], asked);
    expect(namesOf(files)).toEqual(['3.txt', '2.txt']);
    expect(files.warnings).toEqual([expect.stringContaining('"1.txt"')]);
  });

  it('may be as large as what code may be given, and no byte more', async () => {
    const half = INPUT_FILES_BYTES_MAX / 2;
    const rows = [row(1, { size_bytes: half }), row(2, { size_bytes: half }), row(3)];
    expect(namesOf(await resolved(rows, { named: named(1, 2, 1) }))).toEqual(['1.txt', '2.txt']);
    await expect(resolved(rows, { named: named(1, 2, 3) })).rejects.toMatchObject({
      ...{ code: 'VALIDATION_ERROR', param: 'inputs.0.content.3.file_id' },
    });
  });

  it('are not looked for when very many are named', async () => {
    const files = createResponseFiles({
      store: { findSome: () => Promise.reject(new Error('it was asked')) },
      descriptions: { of: () => Promise.resolve(undefined) },
    });
    const asked = { named: named(...upTo(70_000)), assistant: [], earlier: NO_FILES, fileRetrieval: true };
    const model = { name: 'clever', takesPictures: true };
    await expect(files.resolve(organizationId, { ...asked, hasCode: true, model })).rejects.toMatchObject({
      ...{ code: 'VALIDATION_ERROR', param: 'inputs.0.content.20.file_id' },
    });
  });

  it('are used in a conversation that used them, unless that is switched off', async () => {
    const first = await resolved([row(1)], { named: named(1) });
    const goesOn = await resolved([row(1)], { earlier: first, fileRetrieval: undefined });
    expect(mountedFiles(goesOn)).toHaveLength(1);
    const off = await resolved([row(1)], { earlier: goesOn, fileRetrieval: false });
    expect(mountedFiles(off)).toEqual([]);
    expect(mountedFiles(await resolved([row(1)], { earlier: off }))).toHaveLength(1);
  });

  it('are looked into once, and only for code', async () => {
    const unread = await resolved([row(1)], { named: named(1), hasCode: false });
    expect(unread.files[0]).not.toHaveProperty('about');
    const read = await resolved([row(1)], { named: named(1) });
    const later = await resolved([row(1, { name: 'other.txt' })], { earlier: read });
    expect(later.files[0]?.about).toBe('about 1.txt');
  });
});

describe('response files: pictures', () => {
  const picture = (at: number, sizeBytes: number) => row(at, { mime_type: 'image/png', size_bytes: sizeBytes });

  it('are shown as far as they fit, the newest first', async () => {
    const rows = [picture(1, 1), picture(2, PICTURE_FILES_BYTES_MAX - 1), picture(3, 1)];
    const { files, warnings } = await resolved(rows, { named: named(1, 2, 3) });
    expect(files.map(({ isShown }) => isShown)).toEqual([false, true, true]);
    expect(warnings).toEqual([expect.stringContaining('"1.txt"')]);
  });

  it('are shown in a bounded number', async () => {
    const { files } = await resolved(
      upTo(9).map((at) => picture(at, 1)),
      { named: named(...upTo(9)) },
    );
    expect(files.filter(({ isShown }) => isShown).map(({ fileId }) => fileId)).toEqual(upTo(9).slice(1).map(idOf));
  });

  it('are shown without file retrieval where they are named as pictures, and not given to code', async () => {
    const asked = named(1).map((file) => ({ ...file, isOnlyPicture: true }));
    const resolution = await resolved([picture(1, 1)], { named: asked, fileRetrieval: false });
    expect(resolution).toMatchObject({ files: [{ isShown: true }], warnings: [] });
    expect(mountedFiles(resolution)).toEqual([]);
  });

  it('need file retrieval where they are named as files', async () => {
    const resolution = await resolved([picture(1, 1)], { named: named(1), fileRetrieval: false });
    expect(resolution).toMatchObject({
      files: [{ isShown: false }],
      warnings: [expect.stringContaining('file_retrieval')],
    });
  });
});
