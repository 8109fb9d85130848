/** Which files a response has: all that its request names, and of the others as many as there is room for. Pure. */
import { AppError } from '../../../shared/contracts/errors.ts';
import { FileId } from '../../../shared/contracts/ids.ts';
import { INPUT_FILES_BYTES_MAX, INPUT_FILES_COUNT_MAX } from '../../../shared/contracts/limits.ts';
import type { FileRow } from '../../store/schema.ts';
import type { ResponseFile } from './file-record.ts';

/** A file that a request names, and where. */
export type NamedFile = {
  readonly fileId: string;
  readonly param: string;
  /** For the model to look at: code is not given it unless files may be used. */
  readonly isOnlyPicture?: boolean;
};

export type ChosenFile = {
  readonly row: FileRow;
  /** What it was in the conversation before. */
  readonly earlier: ResponseFile | undefined;
  readonly isOnlyPicture: boolean;
};

type Found = ReadonlyMap<FileId, FileRow>;

export type Others = { readonly assistant: readonly FileId[]; readonly earlier: readonly ResponseFile[] };

/**
 * The ids that a request names, before anybody looks for them.
 * @throws AppError NOT_FOUND for what is no id, VALIDATION_ERROR for too many
 */
export function namedIds(named: readonly NamedFile[]): FileId[] {
  const ids = new Set<FileId>();
  for (const { fileId, param } of named) {
    const id = FileId.safeParse(fileId);
    if (!id.success) throw noSuchFile(param);
    ids.add(id.data);
    if (ids.size > INPUT_FILES_COUNT_MAX)
      throw refused(param, `at most ${String(INPUT_FILES_COUNT_MAX)} files may be named`);
  }
  return [...ids];
}

/**
 * Those that a request names, once each and in its order; one that is named as a file too is not only a picture.
 * @throws AppError NOT_FOUND that says where the file is named, VALIDATION_ERROR for too much
 */
export function ownFiles(named: readonly NamedFile[], found: Found): ChosenFile[] {
  const known = new Map<string, FileRow>(found);
  const own = new Map<string, ChosenFile>();
  let bytes = 0;
  for (const { fileId, param, isOnlyPicture = false } of named) {
    const row = known.get(fileId);
    if (row === undefined) throw noSuchFile(param);
    const before = own.get(fileId);
    own.set(fileId, { row, earlier: undefined, isOnlyPicture: isOnlyPicture && before?.isOnlyPicture !== false });
    if (before === undefined) bytes += row.size_bytes;
    if (bytes > INPUT_FILES_BYTES_MAX)
      throw refused(param, `files may be ${String(INPUT_FILES_BYTES_MAX)} bytes together, and are more`);
  }
  return [...own.values()];
}

/** The newest of the assistant's and the conversation's files that fit, in the order they came. */
export function otherFiles(
  { assistant, earlier }: Others,
  own: readonly ChosenFile[],
  found: Found,
): { readonly kept: readonly ChosenFile[]; readonly warnings: readonly string[] } {
  const known = new Map(earlier.map((file) => [file.fileId, file]));
  const isOwn = new Set(own.map(({ row }) => row.id));
  const ids = [...new Set([...assistant.filter((id) => !known.has(id)), ...known.keys()])].filter(
    (id) => !isOwn.has(id),
  );
  const warnings: string[] = [];
  const kept: ChosenFile[] = [];
  let countLeft = INPUT_FILES_COUNT_MAX - own.length;
  let bytesLeft = INPUT_FILES_BYTES_MAX - own.reduce((sum, { row }) => sum + row.size_bytes, 0);
  for (const id of ids.toReversed()) {
    const row = found.get(id);
    const before = known.get(id);
    if (row === undefined) warnings.push(`The file "${before?.name ?? id}" was deleted, and was not used.`);
    else if (countLeft === 0 || row.size_bytes > bytesLeft)
      warnings.push(`The file "${row.name}" of the assistant or of an earlier turn was left out: there are too many.`);
    else {
      countLeft -= 1;
      bytesLeft -= row.size_bytes;
      kept.unshift({ row, earlier: before, isOnlyPicture: before?.isOnlyPicture ?? false });
    }
  }
  return { kept, warnings };
}

function noSuchFile(param: string): AppError {
  return new AppError('NOT_FOUND', `${param}: your organization has no such file.`, { param });
}

function refused(param: string, message: string): AppError {
  return new AppError('VALIDATION_ERROR', `${param}: ${message}.`, {
    param,
    details: { issues: [{ param, message }] },
  });
}
