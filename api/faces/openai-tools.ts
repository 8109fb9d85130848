/** Which tools a client of the OpenAI Responses API offers, and whether one of them must be used. Pure. */
import type { CreateOpenAiResponse } from '../../shared/contracts/openai-response.ts';
import { saidOfFiles } from '../services/responses/file-retrieval.ts';
import { saidOfCode, type Mode, type SaidOfCode } from '../services/responses/modes.ts';
import type { NewResponse } from '../services/responses/new-response.ts';
import { readContainers } from './container-files.ts';

export type ReadTools = Pick<NewResponse, 'said' | 'fileIds' | 'fileRetrieval' | 'warnings'>;

const CHOICES: Readonly<Record<string, Mode | undefined>> = {
  none: 'off',
  required: 'on',
  code_interpreter: 'on',
};

/** @throws AppError VALIDATION_ERROR */
export function readTools(body: Pick<CreateOpenAiResponse, 'tools' | 'tool_choice'>): ReadTools {
  const tools = body.tools ?? [];
  const said = saidOfCode({ tools });
  const choice = readChoice(body.tool_choice, said);
  const { fileIds, warnings } = readContainers(tools);
  return {
    said: said === undefined ? undefined : { ...said, ...(choice.mode !== undefined && { mode: choice.mode }) },
    fileIds,
    fileRetrieval: saidOfFiles({ tools }) ?? (fileIds.length > 0 ? true : undefined),
    warnings: [...choice.warnings, ...warnings],
  };
}

type Choice = { readonly mode?: Mode | undefined; readonly warnings: readonly string[] };

function readChoice(given: CreateOpenAiResponse['tool_choice'], said: SaidOfCode | undefined): Choice {
  const name = typeof given === 'string' ? given : (given?.type ?? 'auto');
  if (name === 'auto') return { warnings: [] };
  const mode = Object.hasOwn(CHOICES, name) ? CHOICES[name] : undefined;
  if (mode === undefined)
    return { warnings: [`tool_choice: "${name.slice(0, 100)}" is not known here, and was not used.`] };
  if (mode === 'on' && said === undefined)
    return { warnings: ['tool_choice: no tool is offered that could be used, and it was not used.'] };
  return { mode, warnings: [] };
}
