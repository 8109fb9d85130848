/** A file of a response, as its row keeps it. */
import type { FileId } from '../../../shared/contracts/ids.ts';

export type ResponseFile = {
  readonly fileId: FileId;
  /** At `/mnt/data`: no other file of the response is called so. */
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly mimeType: string;
  /** What was found in it: names of columns, keys or sheets. */
  readonly about?: string | undefined;
  /** For the model to look at: code is not given it unless files may be used. */
  readonly isOnlyPicture: boolean;
  /** Whether the model looks at it. */
  readonly isShown: boolean;
};

export type ResponseFiles = {
  readonly files: readonly ResponseFile[];
  /** Whether files may be used. */
  readonly fileRetrieval: boolean;
};
