/** Writes docs/configuration.md and .env.example; a contract test tells when they are out of date. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderConfiguration, renderEnvExample } from './documents/configuration.ts';

const project = join(import.meta.dirname, '..');
writeFileSync(join(project, 'docs', 'configuration.md'), renderConfiguration());
writeFileSync(join(project, '.env.example'), renderEnvExample());
