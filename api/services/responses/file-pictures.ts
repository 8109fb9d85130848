/** Files that are pictures, for models that take them. */
import type { Readable } from 'node:stream';
import type { ByteRange } from '../../../shared/blobs/storage.ts';
import type { FileId, OrganizationId } from '../../../shared/contracts/ids.ts';
import { PICTURE_FILES_BYTES_MAX, PICTURE_FILES_COUNT_MAX } from '../../../shared/contracts/limits.ts';
import type { MessagePart, ModelMessage } from '../../models/model.ts';
import type { FileRow } from '../../store/schema.ts';
import type { ResponseFile } from './file-record.ts';
import { readBytes } from './read-bytes.ts';

export type FilePicturesDeps = {
  readonly openContent: (
    blob: { readonly organization_id: OrganizationId; readonly sha256: string },
    range: ByteRange,
  ) => Promise<Readable>;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

type Candidate = {
  readonly row: Pick<FileRow, 'id' | 'name' | 'mime_type' | 'size_bytes'>;
  readonly isWanted: boolean;
};

const TYPES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
const READ_MS_MAX = 10_000;

export function isPicture(mimeType: string): boolean {
  return TYPES.has(mimeType);
}

/** Which pictures a model looks at: the newest that fit. Pure. */
export function shownPictures(
  candidates: readonly Candidate[],
  model: { readonly name: string; readonly takesPictures: boolean },
): { readonly shown: ReadonlySet<FileId>; readonly warnings: readonly string[] } {
  const pictures = candidates.filter(({ row, isWanted }) => isWanted && isPicture(row.mime_type)).map(({ row }) => row);
  if (!model.takesPictures) {
    const warning = `The model ${model.name} takes no pictures: it is told that there are some, and does not see them.`;
    return { shown: new Set(), warnings: pictures.length === 0 ? [] : [warning] };
  }
  const shown = new Set<FileId>();
  const warnings: string[] = [];
  let bytesLeft = PICTURE_FILES_BYTES_MAX;
  for (const { id, name, size_bytes: bytes } of pictures.toReversed()) {
    if (bytes === 0 || bytes > bytesLeft || shown.size === PICTURE_FILES_COUNT_MAX)
      warnings.push(`The picture "${name}" was not shown to the model: there are too many, or they are too large.`);
    else {
      shown.add(id);
      bytesLeft -= bytes;
    }
  }
  return { shown, warnings };
}

export function createFilePictures({ openContent, report }: FilePicturesDeps) {
  async function load(organizationId: OrganizationId, file: ResponseFile): Promise<MessagePart> {
    const range = { first: 0, last: file.sizeBytes - 1 };
    try {
      const opening = openContent({ organization_id: organizationId, sha256: file.sha256 }, range);
      const bytes = await readBytes(opening, range, AbortSignal.timeout(READ_MS_MAX));
      if (bytes.length !== file.sizeBytes) throw new Error('the content is shorter than it was');
      return { type: 'image', mediaType: file.mimeType, base64: bytes.toString('base64') };
    } catch (error) {
      report('a picture could not be read', { organizationId, fileId: file.fileId, error });
      return { type: 'text', text: `[the picture ${JSON.stringify(file.name)} can no longer be read]` };
    }
  }

  return {
    /** Puts pictures that the model looks at into its newest message of a user. Never rejects. */
    async into(
      organizationId: OrganizationId,
      files: readonly ResponseFile[],
      input: readonly ModelMessage[],
    ): Promise<readonly ModelMessage[]> {
      const shown = files.filter(({ isShown }) => isShown);
      const last = input.findLastIndex(({ role }) => role === 'user');
      if (shown.length === 0 || last === -1) return input;
      const pictures = await Promise.all(shown.map((file) => load(organizationId, file)));
      return input.map((message, at) =>
        at === last && message.role === 'user' ? { ...message, parts: [...message.parts, ...pictures] } : message,
      );
    },
  };
}

export type FilePictures = ReturnType<typeof createFilePictures>;
