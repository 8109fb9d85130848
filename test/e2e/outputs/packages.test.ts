/** Every package of the image: imported without a word on stderr, and used once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IMAGE_DIRECTORY } from '../../../scripts/setup/image-inputs.ts';
import { startService, type Service } from '../../helpers/service.ts';
import * as documents from './package-uses/documents.ts';
import * as numbers from './package-uses/numbers.ts';
import * as pictures from './package-uses/pictures.ts';
import * as text from './package-uses/text.ts';
import type { PackageUse } from './package-uses/package-use.ts';

const GROUPS: readonly (readonly [string, readonly PackageUse[]])[] = [documents, numbers, pictures, text].flatMap(
  (topic) => Object.entries(topic),
);

/** Lines of packages.txt that no code imports. */
const NOT_IMPORTED = /^(python3|tzdata|libc-bin|fonts-.*|libopenblas0-pthread)$/;

let service: Service;
beforeAll(async () => {
  service = await startService();
}, 120_000);
afterAll(() => service.stop(), 60_000);

describe('packages of the image', () => {
  it.each(GROUPS)(
    'work: %s',
    async (_, uses) => {
      const code = uses.map(([name, use]) => `print("${name}:")\n${use}`).join('\n');
      const expected = uses.map(([name, , stdout]) => `${name}:\n${stdout}${stdout && '\n'}`).join('');
      const execution = await service.run(code, { timeout_ms: 30_000 });
      expect(execution).toMatchObject({ stdout: expected, stderr: '', exit: { reason: 'ok' } });
    },
    90_000,
  );

  it('are each used above', () => {
    const listed = readFileSync(join(IMAGE_DIRECTORY, 'packages.txt'), 'utf8').split('\n');
    const names = listed.filter((line) => /^\w/.test(line) && !NOT_IMPORTED.test(line));
    const used = GROUPS.flatMap(([, uses]) => uses.map(([name]) => name));
    expect(used.sort()).toEqual(names.map((name) => name.replace(/^python3-/, '')).sort());
  });
});
