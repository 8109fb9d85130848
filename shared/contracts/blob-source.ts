/** Where a worker finds the content of a file: in a directory that it can read, or behind an address that expires. Pure. */
import { z } from 'zod';

/** `<organization>/<sha256>`: nothing in it is chosen by a client. */
export const BlobKey = z
  .string()
  .regex(/^org_[0-9a-z]{20}\/[0-9a-f]{64}$/, 'an organization id, a slash and a SHA-256 in hexadecimal');
export type BlobKey = z.infer<typeof BlobKey>;

export const BlobSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('directory'), key: BlobKey }),
  z.strictObject({ kind: z.literal('url'), url: z.url({ protocol: /^https?$/ }) }),
]);
export type BlobSource = Readonly<z.infer<typeof BlobSource>>;
