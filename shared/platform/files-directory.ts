/** The setting that api and workers share where contents are kept in a directory. */
import { z } from 'zod';

export const filesDirectory = (description: string) =>
  z
    .string()
    .startsWith('/', 'must be an absolute path')
    .default('/var/lib/code-interpreter/files')
    .meta({ description, allowed: 'an absolute path' });
