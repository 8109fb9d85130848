/**
 * Whether and how a response may run code, read from each of the shapes in which that is written:
 *
 * - `tools: [{type: "code_interpreter", mode, outputs}]`; the entry alone means `auto`;
 * - `tools: {code_interpreter: {is_enabled | enabled, mode, outputs}}`, keys in either case;
 * - `system_tools: {code_interpreter: {enabled, mode, outputs}}`;
 * - `tool_configurations: {systemTools: {codeInterpreter: {mode, outputs}}}`.
 *
 * Pure.
 */
import { z } from 'zod';
import { AppError } from '../../../shared/contracts/errors.ts';

export const Mode = z.enum(['auto', 'on', 'off']);
export type Mode = z.infer<typeof Mode>;

export type CodeSetting = { readonly mode: Mode; readonly outputs: boolean };
/** What is said of it: nothing, or some of it. */
export type SaidOfCode = Partial<CodeSetting>;

type Fields = Readonly<Record<string, unknown>>;

const NAMES = ['code_interpreter', 'codeInterpreter'] as const;
const SWITCHES = ['enabled', 'is_enabled', 'isEnabled'] as const;

/** What a request says goes before what its assistant says. */
export function codeSetting(request: SaidOfCode | undefined, assistant: SaidOfCode | undefined): CodeSetting {
  return {
    mode: request?.mode ?? assistant?.mode ?? 'off',
    outputs: request?.outputs ?? assistant?.outputs ?? true,
  };
}

/**
 * @param body a request's or an assistant's
 * @returns undefined when it says nothing of running code
 * @throws AppError VALIDATION_ERROR
 */
export function saidOfCode(body: Fields): SaidOfCode | undefined {
  const places = [
    ...toolsPlaces(body['tools']),
    ...namedPlaces(body['system_tools'], 'system_tools'),
    ...namedPlaces(fieldsOf(body['tool_configurations'])?.['systemTools'], 'tool_configurations.systemTools'),
  ];
  return places.map(({ fields, param }) => settingOf(fields, param)).at(0);
}

type Place = { readonly fields: Fields; readonly param: string };

function toolsPlaces(tools: unknown): Place[] {
  if (!Array.isArray(tools)) return namedPlaces(tools, 'tools');
  return tools.flatMap((tool: unknown, at) => {
    const fields = fieldsOf(tool);
    return fields?.['type'] === 'code_interpreter' ? [{ fields, param: `tools.${String(at)}` }] : [];
  });
}

function namedPlaces(tools: unknown, param: string): Place[] {
  return NAMES.flatMap((name) => {
    const fields = fieldsOf(fieldsOf(tools)?.[name]);
    return fields === undefined ? [] : [{ fields, param: `${param}.${name}` }];
  });
}

function settingOf(fields: Fields, param: string): SaidOfCode {
  const [enabled] = SWITCHES.flatMap((name) => {
    const said = checked(z.boolean().optional(), fields[name], `${param}.${name}`, 'must be true or false');
    return said === undefined ? [] : [said];
  });
  const mode = checked(Mode.optional(), fields['mode'], `${param}.mode`, 'must be one of auto, on, off');
  const outputs = checked(z.boolean().optional(), fields['outputs'], `${param}.outputs`, 'must be true or false');
  return { mode: enabled === false ? 'off' : (mode ?? 'auto'), ...(outputs !== undefined && { outputs }) };
}

function checked<T>(schema: z.ZodType<T>, value: unknown, param: string, message: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError('VALIDATION_ERROR', `${param}: ${message}.`, { param });
}

function fieldsOf(value: unknown): Fields | undefined {
  const parsed = z.record(z.string(), z.unknown()).safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
