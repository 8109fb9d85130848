/**
 * Taking files in: contents are staged as they come and become files together at the end, or not at all. What an upload
 * staged and did not keep is discarded with it; what a killed process left is removed by the reconciler.
 */
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createMeter, type Measure } from '../../shared/blobs/digest.ts';
import type { BlobStorage } from '../../shared/blobs/storage.ts';
import { AppError } from '../../shared/contracts/errors.ts';
import type { ApiKeyId, FileId, OrganizationId } from '../../shared/contracts/ids.ts';
import { UPLOADS_AT_ONCE_MAX, UPLOADS_AT_ONCE_PER_ORGANIZATION_MAX } from '../../shared/contracts/limits.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { FileRow, NewFileRow } from '../store/schema.ts';
import { keyOf } from './blobs.ts';
import { mediaTypeOf } from './media-type.ts';
import { createPlaces } from './places.ts';
import { createTurns } from './turns.ts';

export type UploadsDeps = {
  readonly store: Pick<BlobStore, 'reserve' | 'insertFiles' | 'abandon'>;
  readonly storage: Pick<BlobStorage, 'stage' | 'keep' | 'discard'>;
  readonly settings: {
    find(organizationId: OrganizationId): Promise<{ readonly quotas: { readonly storage_bytes_max: number } }>;
  };
  readonly newFileId: () => FileId;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

export type NewFile = { readonly name: string; readonly declaredType: string | undefined; readonly content: Readable };

/** Whose upload it is. */
export type Uploader = {
  readonly organizationId: OrganizationId;
  /** Null: an operator's. */
  readonly keyId: ApiKeyId | null;
};

export type Upload = {
  /** Stages a content; it is no file yet. @throws AppError FILE_STORAGE_UNAVAILABLE; the error of the content */
  add(file: NewFile): Promise<void>;
  /**
   * Makes files of everything that was added, in that order.
   * @throws AppError VALIDATION_ERROR when nothing was, STORAGE_QUOTA_EXCEEDED, ORGANIZATION_DELETING, FILE_STORAGE_UNAVAILABLE
   */
  finish(purpose: string): Promise<FileRow[]>;
  /** To be called in the end, whatever happened; never rejects. */
  close(): Promise<void>;
};

type Staged = {
  readonly temporary: string;
  readonly measure: Measure;
  readonly name: string;
  readonly mimeType: string;
};

/** A reservation goes only when a removal was under way. */
const RESERVATIONS_MAX = 3;
/** Each holds a connection to the database while contents are kept. */
const KEPT_AT_ONCE_MAX = 4;
const RETRY_AFTER_SECONDS = 2;

export function createUploads({ store, storage, settings, newFileId, report }: UploadsDeps) {
  const places = createPlaces(UPLOADS_AT_ONCE_PER_ORGANIZATION_MAX);
  const inTurn = createTurns(KEPT_AT_ONCE_MAX);

  async function stage({ name, declaredType, content }: NewFile): Promise<Staged> {
    const meter = createMeter();
    const storing = storage.stage(meter.stream).catch((error: unknown) => {
      meter.stream.destroy(); // nobody reads on: who sends would wait for it
      throw error;
    });
    const [staged] = await Promise.allSettled([storing, pipeline(content, meter.stream)]);
    if (staged.status === 'rejected') throw staged.reason;
    const measure = meter.measure();
    return {
      temporary: staged.value,
      measure,
      name,
      mimeType: mediaTypeOf(measure.head, { name, type: declaredType }),
    };
  }

  async function keepAll(organizationId: OrganizationId, staged: readonly Staged[]): Promise<void> {
    const byDigest = new Map(staged.map(({ temporary, measure }) => [measure.sha256, temporary]));
    for (const [sha256, temporary] of byDigest) {
      await storage.keep(temporary, keyOf({ organization_id: organizationId, sha256 }));
    }
  }

  async function insert(organizationId: OrganizationId, rows: readonly NewFileRow[], staged: readonly Staged[]) {
    const { storage_bytes_max: bytesMax } = (await settings.find(organizationId)).quotas;
    for (let tries = 0; tries < RESERVATIONS_MAX; tries += 1) {
      await store.reserve(organizationId, rows, bytesMax);
      const inserted = await inTurn(() =>
        store.insertFiles(organizationId, rows, () => keepAll(organizationId, staged)),
      );
      if (inserted !== undefined) return inserted;
    }
    throw new AppError('FILE_STORAGE_UNAVAILABLE', 'The same content is being removed at this moment; send it again.');
  }

  /** @throws AppError RATE_LIMITED */
  function enter(organizationId: OrganizationId) {
    const leave = places.size() < UPLOADS_AT_ONCE_MAX ? places.enter(organizationId) : undefined;
    if (leave !== undefined) return leave;
    throw new AppError('RATE_LIMITED', 'Too many uploads are under way at once: wait for one to end.', {
      details: { limit: UPLOADS_AT_ONCE_PER_ORGANIZATION_MAX },
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }

  return {
    /** @throws AppError RATE_LIMITED */
    begin({ organizationId, keyId }: Uploader): Upload {
      const leave = enter(organizationId);
      const staged: Staged[] = [];
      return {
        async add(file) {
          staged.push(await stage(file));
        },

        async finish(purpose) {
          if (staged.length === 0) throw new AppError('VALIDATION_ERROR', 'file: is required.', { param: 'file' });
          const rows = staged.map((one) => newRow(newFileId(), { organizationId, keyId }, { ...one, purpose }));
          const digests = rows.map(({ sha256 }) => sha256);
          try {
            const inserted = await insert(organizationId, rows, staged);
            const byId = new Map(inserted.map((row) => [row.id, row]));
            return rows.flatMap(({ id }) => byId.get(id) ?? []);
          } catch (error) {
            await store.abandon(organizationId, digests).catch((abandonError: unknown) => {
              report('a reservation could not be given back', { error: abandonError }); // it lapses by itself
            });
            throw error;
          }
        },

        async close() {
          leave();
          const discarded = await Promise.allSettled(staged.map(({ temporary }) => storage.discard(temporary)));
          for (const one of discarded) {
            if (one.status === 'rejected') report('a staged content could not be discarded', { error: one.reason });
          }
        },
      };
    },
  };
}

export type Uploads = ReturnType<typeof createUploads>;

function newRow(
  id: FileId,
  { organizationId, keyId }: Uploader,
  { measure, name, mimeType, purpose }: Staged & { readonly purpose: string },
): NewFileRow {
  return {
    id,
    organization_id: organizationId,
    sha256: measure.sha256,
    name,
    mime_type: mimeType,
    purpose,
    size_bytes: measure.sizeBytes,
    created_by: keyId,
  };
}
