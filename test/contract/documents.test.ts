import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { renderConfiguration, renderEnvExample, variablesOf } from '../../scripts/documents/configuration.ts';
import { renderErrors } from '../../scripts/documents/errors.ts';
import { wholeNumber } from '../../shared/platform/settings.ts';

const project = join(import.meta.dirname, '..', '..');
const written = (path: string) => readFileSync(join(project, path), 'utf8');

describe('documents', () => {
  it.each([
    ['docs/configuration.md', renderConfiguration],
    ['.env.example', renderEnvExample],
    ['docs/errors.md', renderErrors],
  ])('%s is what the code says; `npm run documents` writes it', (path, render) => {
    expect(written(path)).toBe(render());
  });

  it('tell bounds, default and need of a variable from its schema', () => {
    const schema = z.object({
      SIZE: wholeNumber(2, 9).default(3).meta({ description: 'How large.', unit: 'boxes' }),
      NAME: z.string().meta({ description: 'Whose.' }),
      WISH: wholeNumber(0, 1).optional().meta({ description: 'Whether.' }),
    });
    expect(variablesOf(schema)).toMatchObject([
      { name: 'SIZE', isRequired: false, default: 3, minimum: 2, maximum: 9, unit: 'boxes' },
      { name: 'NAME', isRequired: true },
      { name: 'WISH', isRequired: false, minimum: 0, maximum: 1 },
    ]);
  });

  it('fail for a variable without a description', () => {
    expect(() => variablesOf(z.object({ NAME: z.string() }))).toThrow(/description/);
  });
});
