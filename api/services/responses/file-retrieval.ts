/**
 * Whether files may be given to code and model, read from each of the shapes in which that is written:
 *
 * - `tools: [{type: "file_retrieval", mode}]`; the entry alone means on;
 * - `tools: {file_retrieval: {is_enabled | enabled, mode}}`, keys in either case;
 * - `system_tools: {file_retrieval: {enabled, mode}}`;
 * - `tool_configurations: {systemTools: {fileRetrieval: {mode}}}`.
 *
 * The modes `auto` and `on` are the same here: code reads what it needs. Pure.
 */
import { z } from 'zod';
import { AppError } from '../../../shared/contracts/errors.ts';
import { Mode, type SaidOfCode } from './modes.ts';

/** What an assistant says of its tools. */
export type SaidOfTools = SaidOfCode & { readonly fileRetrieval?: boolean };

type Fields = Readonly<Record<string, unknown>>;
type Place = { readonly fields: Fields; readonly param: string };

const NAMES = ['file_retrieval', 'fileRetrieval'] as const;
const SWITCHES = ['enabled', 'is_enabled', 'isEnabled'] as const;

/**
 * @param body a request's or an assistant's
 * @returns undefined when it says nothing of it
 * @throws AppError VALIDATION_ERROR
 */
export function saidOfFiles(body: Fields): boolean | undefined {
  const places = [
    ...toolsPlaces(body['tools']),
    ...namedPlaces(body['system_tools'], 'system_tools'),
    ...namedPlaces(fieldsOf(body['tool_configurations'])?.['systemTools'], 'tool_configurations.systemTools'),
  ];
  return places.map(isOn).at(0);
}

function toolsPlaces(tools: unknown): Place[] {
  if (!Array.isArray(tools)) return namedPlaces(tools, 'tools');
  return tools.flatMap((tool: unknown, at) => {
    const fields = fieldsOf(tool);
    return fields?.['type'] === 'file_retrieval' ? [{ fields, param: `tools.${String(at)}` }] : [];
  });
}

function namedPlaces(tools: unknown, param: string): Place[] {
  return NAMES.flatMap((name) => {
    const fields = fieldsOf(fieldsOf(tools)?.[name]);
    return fields === undefined ? [] : [{ fields, param: `${param}.${name}` }];
  });
}

function isOn({ fields, param }: Place): boolean {
  const mode = Mode.optional().safeParse(fields['mode']);
  if (!mode.success) {
    const at = `${param}.mode`;
    throw new AppError('VALIDATION_ERROR', `${at}: must be one of auto, on, off.`, { param: at });
  }
  return mode.data !== 'off' && !SWITCHES.some((name) => fields[name] === false);
}

function fieldsOf(value: unknown): Fields | undefined {
  const parsed = z.record(z.string(), z.unknown()).safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
