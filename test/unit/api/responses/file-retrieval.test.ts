import { describe, expect, it } from '@jest/globals';
import { saidOfFiles } from '../../../../api/services/responses/file-retrieval.ts';
import { AppError } from '../../../../shared/contracts/errors.ts';

describe('file retrieval', () => {
  it.each([
    [{}, undefined],
    [{ tools: [] }, undefined],
    [{ tools: [{ type: 'code_interpreter' }] }, undefined],
    [{ tools: [{ type: 'file_retrieval' }] }, true],
    [{ tools: [{ type: 'file_retrieval', mode: 'auto' }] }, true],
    [{ tools: [{ type: 'file_retrieval', mode: 'off' }] }, false],
    [{ tools: { file_retrieval: { is_enabled: true } } }, true],
    [{ tools: { fileRetrieval: { is_enabled: false } } }, false],
    [{ system_tools: { file_retrieval: { enabled: false } } }, false],
    [{ tool_configurations: { systemTools: { fileRetrieval: { mode: 'on' } } } }, true],
    [{ tools: 'nonsense', system_tools: 7 }, undefined],
  ])('of %j is %j', (body, said) => {
    expect(saidOfFiles(body)).toBe(said);
  });

  it('refuses a mode that is none', () => {
    const read = () => saidOfFiles({ tools: [{ type: 'file_retrieval', mode: 'maybe' }] });
    expect(read).toThrow(AppError);
    expect(read).toThrow(/^tools\.0\.mode/);
  });
});
