/** What the two ways to upload files have in common. */
import { AppError, type ErrorCode } from '../../shared/contracts/errors.ts';
import { FileName } from '../../shared/contracts/stored-file.ts';
import type { UploadedFile } from '../http/upload-parts.ts';
import type { Upload } from '../services/uploads.ts';

export const UPLOAD_ERRORS: readonly ErrorCode[] = [
  'INVALID_MULTIPART',
  'ORGANIZATION_DELETING',
  'REQUEST_TIMEOUT',
  'PAYLOAD_TOO_LARGE',
  'STORAGE_QUOTA_EXCEEDED',
  'UNSUPPORTED_MEDIA_TYPE',
  'VALIDATION_ERROR',
  'DATABASE_UNAVAILABLE',
  'STORAGE_FULL',
  'FILE_STORAGE_UNAVAILABLE',
];

/** @throws AppError VALIDATION_ERROR; what the upload throws */
export async function addFile(
  upload: Pick<Upload, 'add'>,
  { field, name, type, content }: UploadedFile,
): Promise<void> {
  const parsed = FileName.safeParse(name ?? '');
  if (!parsed.success) {
    const problem = name === undefined ? 'needs a "filename"' : `its name ${parsed.error.issues[0]?.message ?? ''}`;
    throw new AppError('VALIDATION_ERROR', `${field}: ${problem}.`, { param: field });
  }
  await upload.add({ name: parsed.data, declaredType: type, content });
}
