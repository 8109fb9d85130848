/** The files that a request asks for: found, named, and within bounds. */
import { AppError } from '../../shared/contracts/errors.ts';
import type { OrganizationId } from '../../shared/contracts/ids.ts';
import { foldedName, type AskedFile, type InputFile } from '../../shared/contracts/input-file.ts';
import { INPUT_FILES_BYTES_MAX } from '../../shared/contracts/limits.ts';
import type { FoundFile, InputFileStore } from '../store/input-file-store.ts';

export function createExecutionFiles({ store }: { readonly store: InputFileStore }) {
  return {
    /** @throws AppError VALIDATION_ERROR that names the file at fault; one of another organization is none */
    async resolve(organizationId: OrganizationId, asked: readonly AskedFile[] = []): Promise<InputFile[]> {
      if (asked.length === 0) return [];
      const ids = asked.map((file) => file.file_id);
      return toInputFiles(asked, await store.find(organizationId, ids));
    },
  };
}

export type ExecutionFiles = ReturnType<typeof createExecutionFiles>;

/** Pure. */
export function toInputFiles(asked: readonly AskedFile[], found: readonly FoundFile[]): InputFile[] {
  const known = new Map(found.map((file) => [file.id, file]));
  const files = asked.map(({ file_id: fileId, name }, at) => {
    const file = known.get(fileId);
    if (file === undefined) throw refused(`files.${String(at)}.file_id`, 'there is no such file');
    return { file_id: fileId, name: name ?? file.name, sha256: file.sha256, size_bytes: file.size_bytes };
  });
  assertDistinct(files);
  const bytes = files.reduce((sum, file) => sum + file.size_bytes, 0);
  if (bytes > INPUT_FILES_BYTES_MAX) {
    throw refused('files', `together they may be ${String(INPUT_FILES_BYTES_MAX)} bytes, and are ${String(bytes)}`);
  }
  return files;
}

function assertDistinct(files: readonly InputFile[]): void {
  const first = new Map<string, number>();
  for (const [at, { name }] of files.entries()) {
    const earlier = first.get(foldedName(name));
    if (earlier !== undefined) {
      throw refused(
        `files.${String(at)}.name`,
        `files.${String(earlier)} has the same name, or one that differs in case`,
      );
    }
    first.set(foldedName(name), at);
  }
}

function refused(param: string, problem: string): AppError {
  return new AppError('VALIDATION_ERROR', `${param}: ${problem}.`, {
    param,
    details: { issues: [{ param, message: problem }] },
  });
}
