/** Opens the storage that the settings name. */
import type { BlobStorage } from './storage.ts';
import { createDirectoryStorage } from './directory-storage.ts';

export type StorageSettings =
  | { readonly kind: 'directory'; readonly directory: string }
  | {
      readonly kind: 's3';
      readonly bucket: string;
      readonly region: string;
      readonly endpoint: string | undefined;
      readonly urlExpirySeconds: number;
    };

export async function openBlobStorage(settings: StorageSettings): Promise<BlobStorage> {
  switch (settings.kind) {
    case 'directory':
      return createDirectoryStorage(settings.directory);
    case 's3': {
      // Loaded only where it is used: the SDK is large.
      const { createS3Storage } = await import('./s3-storage.ts');
      return createS3Storage(settings);
    }
  }
}
