import { describe, expect, it } from '@jest/globals';
import { codeSetting, saidOfCode } from '../../../../api/services/responses/modes.ts';

describe('modes: where they are written', () => {
  it.each([
    ['a tool alone', { tools: [{ type: 'web' }, { type: 'code_interpreter' }] }, { mode: 'auto' }],
    ['a tool with a mode', { tools: [{ type: 'code_interpreter', mode: 'on' }] }, { mode: 'on' }],
    [
      'a tool without outputs',
      { tools: [{ type: 'code_interpreter', outputs: false }] },
      { mode: 'auto', outputs: false },
    ],
    ['tools by name', { tools: { code_interpreter: { is_enabled: true } } }, { mode: 'auto' }],
    ['tools by name, switched off', { tools: { codeInterpreter: { enabled: false } } }, { mode: 'off' }],
    ['system tools', { system_tools: { code_interpreter: { enabled: true, mode: 'on' } } }, { mode: 'on' }],
    [
      'tool configurations',
      { tool_configurations: { systemTools: { codeInterpreter: { mode: 'off', outputs: true } } } },
      { mode: 'off', outputs: true },
    ],
  ])('reads %s', (_, body, said) => {
    expect(saidOfCode(body)).toEqual(said);
  });

  it.each([[{}], [{ tools: [] }], [{ tools: [{ type: 'web' }] }], [{ tools: 3 }], [{ tools: { web: {} } }]])(
    'reads nothing from %j',
    (body) => {
      expect(saidOfCode(body)).toBeUndefined();
    },
  );

  it('refuses a mode that there is not, and names the field', () => {
    expect(() => saidOfCode({ tools: [{ type: 'x' }, { type: 'code_interpreter', mode: 'maybe' }] })).toThrow(
      expect.objectContaining({ code: 'VALIDATION_ERROR', param: 'tools.1.mode' }),
    );
  });
});

describe('modes: switches', () => {
  it.each([['false'], [0], [null]])('are true or false: %p is refused, not taken for on', (enabled) => {
    expect(() => saidOfCode({ system_tools: { code_interpreter: { enabled } } })).toThrow(
      expect.objectContaining({ code: 'VALIDATION_ERROR', param: 'system_tools.code_interpreter.enabled' }),
    );
  });
});

describe('modes: what holds', () => {
  it('is the request before the assistant, field by field', () => {
    expect(codeSetting({ mode: 'on' }, { mode: 'off', outputs: false })).toEqual({ mode: 'on', outputs: false });
  });
  it('is the assistant where the request says nothing', () => {
    expect(codeSetting(undefined, { mode: 'on' })).toEqual({ mode: 'on', outputs: true });
  });
  it('is off where nobody says anything', () => {
    expect(codeSetting(undefined, undefined)).toEqual({ mode: 'off', outputs: true });
  });
});
