/** What every place that contents are kept in can do; both implementations pass the same suite of tests. */
import type { Readable } from 'node:stream';
import type { BlobKey, BlobSource } from '../contracts/blob-source.ts';
import type { OrganizationId } from '../contracts/ids.ts';

/** Both ends belong to it; they count from 0. */
export type ByteRange = { readonly first: number; readonly last: number };

/** Everything of it throws AppError FILE_STORAGE_UNAVAILABLE when the place does not do its work. */
export type BlobStorage = {
  /**
   * Stores a stream under a name of its own, durable once it resolves. A stream that fails leaves nothing, and its error
   * is passed on as it is.
   * @returns the name
   */
  stage(content: Readable): Promise<string>;
  /** Makes what was staged the content of `key`, whatever was there, durable once it resolves. It may be kept once. */
  keep(temporary: string, key: BlobKey): Promise<void>;
  /** Removes what was staged, if it is still there. */
  discard(temporary: string): Promise<void>;
  /** The bytes as they are stored: whoever reads them compares their digest. */
  read(key: BlobKey, range?: ByteRange): Promise<Readable>;
  /** Removes the content, if it is there. */
  remove(key: BlobKey): Promise<void>;
  /** Removes every content of the organization. */
  removeAllOf(organizationId: OrganizationId): Promise<void>;
  /** Removes what was staged before `olderThan` and never kept. @returns how much of it there was */
  removeStale(olderThan: Date): Promise<number>;
  /** Where a worker finds the content. */
  sourceFor(key: BlobKey): Promise<BlobSource>;
  close(): void;
};
