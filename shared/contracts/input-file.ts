/** Files of an organization that an execution is given. */
import { z } from 'zod';
import { FileId } from './ids.ts';

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal');

/** As the row keeps it: what is at `/mnt/data/<name>`. */
export const InputFile = z.strictObject({
  file_id: FileId,
  name: z.string(),
  sha256: Sha256,
  size_bytes: z.int().min(0),
});
export type InputFile = z.infer<typeof InputFile>;
