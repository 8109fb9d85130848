/** Writes docs/errors.md; a contract test tells when it is out of date. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderErrors } from './documents/errors.ts';

writeFileSync(join(import.meta.dirname, '..', 'docs', 'errors.md'), renderErrors());
