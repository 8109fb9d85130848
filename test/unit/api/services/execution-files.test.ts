import { describe, expect, it } from '@jest/globals';
import { createExecutionFiles, toInputFiles } from '../../../../api/services/execution-files.ts';
import { AppError } from '../../../../shared/contracts/errors.ts';
import { FileId, OrganizationId } from '../../../../shared/contracts/ids.ts';
import { INPUT_FILES_BYTES_MAX } from '../../../../shared/contracts/limits.ts';

const idOf = (letter: string) => FileId.parse(`file_${letter.repeat(20)}`);
const found = (letter: string, name: string, sizeBytes = 1) => ({
  id: idOf(letter),
  name,
  sha256: letter.repeat(64),
  size_bytes: sizeBytes,
});

function refusal(...args: Parameters<typeof toInputFiles>): string | null {
  try {
    toInputFiles(...args);
  } catch (error) {
    if (error instanceof AppError && error.code === 'VALIDATION_ERROR') return error.param;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('execution files', () => {
  it('have their own names unless the request gives others', () => {
    const files = toInputFiles(
      [{ file_id: idOf('b'), name: 'other.csv' }, { file_id: idOf('a') }],
      [found('a', 'a.csv'), found('b', 'b.csv')],
    );
    expect(files.map(({ name, sha256 }) => [name, sha256[0]])).toEqual([
      ['other.csv', 'b'],
      ['a.csv', 'a'],
    ]);
  });

  it('are asked for by id, of the organization alone', async () => {
    const organizationId = OrganizationId.parse(`org_${'o'.repeat(20)}`);
    const asked: unknown[] = [];
    const store = { find: async (...args: unknown[]) => (asked.push(args), [found('a', 'a.csv')]) };
    await createExecutionFiles({ store }).resolve(organizationId, [{ file_id: idOf('a') }]);
    expect(asked).toEqual([[organizationId, [idOf('a')]]]);
  });

  it('ask nobody when there are none', async () => {
    const store = { find: () => Promise.reject(new Error('not to be called')) };
    const files = createExecutionFiles({ store });
    expect(await files.resolve(OrganizationId.parse(`org_${'o'.repeat(20)}`), undefined)).toEqual([]);
  });

  it('must exist', () => {
    expect(refusal([{ file_id: idOf('a') }, { file_id: idOf('b') }], [found('a', 'a')])).toBe('files.1.file_id');
  });

  it('must have different names, given and own ones alike', () => {
    const known = [found('a', 'A.csv'), found('b', 'b.csv')];
    expect(refusal([{ file_id: idOf('a') }, { file_id: idOf('b'), name: 'a.CSV' }], known)).toBe('files.1.name');
    expect(refusal([{ file_id: idOf('a') }, { file_id: idOf('a') }], known)).toBe('files.1.name');
  });

  it('may be as large as the bound together, and no larger', () => {
    const asked = [{ file_id: idOf('a') }, { file_id: idOf('b') }];
    const known = (more: number) => [found('a', 'a', INPUT_FILES_BYTES_MAX - 1), found('b', 'b', 1 + more)];
    expect(toInputFiles(asked, known(0))).toHaveLength(2);
    expect(refusal(asked, known(1))).toBe('files');
  });
});
