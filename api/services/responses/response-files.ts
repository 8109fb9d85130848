/**
 * The files of a response: those that its request names, its assistant's, and those of the conversation before it. They
 * are code's to read, and pictures among them are the model's to look at.
 */
import type { FileId, OrganizationId } from '../../../shared/contracts/ids.ts';
import type { AskedFile } from '../../../shared/contracts/input-file.ts';
import type { FileStore } from '../../store/file-store.ts';
import { namedIds, otherFiles, ownFiles, type ChosenFile, type NamedFile } from './chosen-files.ts';
import { distinctNames } from './distinct-names.ts';
import type { FileDescriptions } from './file-descriptions.ts';
import type { ResponseFile, ResponseFiles } from './file-record.ts';
import { isPicture, shownPictures } from './file-pictures.ts';

export type FilesAsked = {
  readonly named: readonly NamedFile[];
  readonly assistant: readonly FileId[];
  readonly earlier: ResponseFiles;
  /** What request or assistant say; undefined leaves it as it was in the conversation. */
  readonly fileRetrieval: boolean | undefined;
  /** Whether code may run. */
  readonly hasCode: boolean;
  readonly model: { readonly name: string; readonly takesPictures: boolean };
};

export type ResponseFilesDeps = {
  readonly store: Pick<FileStore, 'findSome'>;
  readonly descriptions: Pick<FileDescriptions, 'of'>;
};

type Use = Pick<FilesAsked, 'hasCode'> & { readonly fileRetrieval: boolean };
type Named = ChosenFile & { readonly name: string; readonly isShown: boolean };

export const NO_FILES: ResponseFiles = { files: [], fileRetrieval: false };

export function createResponseFiles({ store, descriptions }: ResponseFilesDeps) {
  /** Only what code can read needs to be told of. */
  async function toFile({ row, earlier, ...chosen }: Named, { hasCode, fileRetrieval }: Use): Promise<ResponseFile> {
    const about = earlier?.about ?? (hasCode && fileRetrieval ? await descriptions.of(row) : undefined);
    return {
      ...{ ...chosen, fileId: row.id, sha256: row.sha256, sizeBytes: row.size_bytes, mimeType: row.mime_type },
      ...(about !== undefined && { about }),
    };
  }

  return {
    /** @throws AppError NOT_FOUND that says where the file is named, VALIDATION_ERROR for too many or too much */
    async resolve(
      organizationId: OrganizationId,
      asked: FilesAsked,
    ): Promise<ResponseFiles & { readonly warnings: readonly string[] }> {
      const { named, assistant, earlier, hasCode, model } = asked;
      const use = { hasCode, fileRetrieval: asked.fileRetrieval ?? earlier.fileRetrieval };
      const ids = new Set([...namedIds(named), ...assistant, ...earlier.files.map(({ fileId }) => fileId)]);
      if (ids.size === 0) return { ...NO_FILES, fileRetrieval: use.fileRetrieval, warnings: [] };
      const found = new Map((await store.findSome(organizationId, [...ids])).map((row) => [row.id, row]));
      const own = ownFiles(named, found);
      const others = otherFiles({ assistant, earlier: earlier.files }, own, found);
      const chosen: ChosenFile[] = [...others.kept, ...own];
      const candidates = chosen.map(({ row, isOnlyPicture }) => ({
        row,
        isWanted: use.fileRetrieval || isOnlyPicture,
      }));
      const { shown, warnings } = shownPictures(candidates, model);
      const names = distinctNames(chosen.map(({ row, earlier: before }) => before?.name ?? row.name));
      const files = await Promise.all(
        chosen.map((one, at) =>
          toFile({ ...one, name: names[at] ?? one.row.name, isShown: shown.has(one.row.id) }, use),
        ),
      );
      return {
        ...{ files, fileRetrieval: use.fileRetrieval },
        warnings: [...others.warnings, ...warnings, ...unusedWarnings(files, use)],
      };
    },
  };
}

export type ResponseFileService = ReturnType<typeof createResponseFiles>;

/** What every block of the response is given. Pure. */
export function mountedFiles({ files, fileRetrieval }: ResponseFiles): AskedFile[] {
  return fileRetrieval ? files.map(({ fileId, name }) => ({ file_id: fileId, name })) : [];
}

function unusedWarnings(files: readonly ResponseFile[], { fileRetrieval, hasCode }: Use): string[] {
  const strange = files
    .filter(({ isOnlyPicture, mimeType }) => isOnlyPicture && !isPicture(mimeType))
    .map(({ name }) => `The file "${name}" is no picture of PNG, JPEG, GIF or WebP, and was not shown to the model.`);
  const unused = files.filter(({ isOnlyPicture, isShown }) => !isOnlyPicture && !isShown).length;
  if (unused === 0 || (fileRetrieval && hasCode)) return strange;
  const why = fileRetrieval
    ? 'code reads them, and the code interpreter is off'
    : 'switch file retrieval on with `{"type": "file_retrieval"}` in `tools`';
  return [...strange, `Files were not used (${String(unused)}): ${why}.`];
}
