/** Writes docs/openapi.json from the route table; a contract test tells when it is out of date. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createOpenApiDocument } from '../api/openapi.ts';

const path = join(import.meta.dirname, '..', 'docs', 'openapi.json');
writeFileSync(path, `${JSON.stringify(createOpenApiDocument(), null, 2)}\n`);
