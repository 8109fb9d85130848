/** Files of an organization that an execution is given. */
import { z } from 'zod';
import { isFileName } from './file.ts';
import { FileId } from './ids.ts';
import { FILE_NAME_BYTES_MAX } from './limits.ts';

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal');

/** In composed form: two spellings of one name are one name. */
const InputFileName = z
  .string()
  .max(FILE_NAME_BYTES_MAX)
  .overwrite((name) => name.normalize('NFC'))
  .refine(isFileName, {
    error: `must be the name of a file: 1 to ${String(FILE_NAME_BYTES_MAX)} bytes, no path, no control characters`,
  });

/** As a request names it. */
export const AskedFile = z
  .strictObject({
    file_id: FileId,
    name: InputFileName.optional().describe('What it is called at `/mnt/data`; its own name if left out.'),
  })
  .meta({ id: 'AskedFile' });
export type AskedFile = Readonly<z.infer<typeof AskedFile>>;

/** As an execution shows it. */
export const ShownInputFile = z
  .strictObject({ file_id: FileId, name: z.string(), size_bytes: z.int() })
  .meta({ id: 'InputFile' });
export type ShownInputFile = z.infer<typeof ShownInputFile>;

/** Equal for names that a file system without cases takes for one. */
export function foldedName(name: string): string {
  return name.normalize('NFC').toUpperCase().normalize('NFC');
}

/** As the row keeps it: what is at `/mnt/data/<name>`. */
export const InputFile = z.strictObject({
  file_id: FileId,
  name: z.string(),
  sha256: Sha256,
  size_bytes: z.int().min(0),
});
export type InputFile = z.infer<typeof InputFile>;
