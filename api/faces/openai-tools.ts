/** Which tools a client of the OpenAI Responses API offers, and whether one of them must be used. Pure. */
import { AllowedTools, type CreateOpenAiResponse } from '../../shared/contracts/openai-response.ts';
import { AppError } from '../../shared/contracts/errors.ts';
import type { NamedFile } from '../services/responses/chosen-files.ts';
import { saidOfFiles } from '../services/responses/file-retrieval.ts';
import { saidOfCode, type Mode, type SaidOfCode } from '../services/responses/modes.ts';
import type { NewResponse } from '../services/responses/new-response.ts';
import { readContainers } from './container-files.ts';

export type ReadTools = Pick<NewResponse, 'said' | 'fileIds' | 'fileRetrieval' | 'warnings'>;

const CODE_TOOL = 'code_interpreter';
const CHOICES: Readonly<Record<string, Mode | undefined>> = {
  none: 'off',
  required: 'on',
  [CODE_TOOL]: 'on',
};

/**
 * @param filesOfInput files that messages name: a container that is made for the request gets them too
 * @throws AppError VALIDATION_ERROR
 */
export function readTools(
  body: Pick<CreateOpenAiResponse, 'tools' | 'tool_choice'>,
  filesOfInput: readonly NamedFile[],
): ReadTools {
  const tools = body.tools ?? [];
  const said = saidOfCode({ tools });
  const choice = readChoice(body.tool_choice, said);
  const { fileIds, isAuto, warnings } = readContainers(tools);
  const givesFiles = fileIds.length > 0 || (isAuto && filesOfInput.some(({ isOnlyPicture }) => isOnlyPicture !== true));
  return {
    said: said === undefined ? undefined : { ...said, ...(choice.mode !== undefined && { mode: choice.mode }) },
    fileIds,
    fileRetrieval: saidOfFiles({ tools }) ?? (givesFiles ? true : undefined),
    warnings: [...choice.warnings, ...warnings],
  };
}

type Choice = { readonly mode?: Mode | undefined; readonly warnings: readonly string[] };

function readChoice(given: CreateOpenAiResponse['tool_choice'], said: SaidOfCode | undefined): Choice {
  const name = typeof given === 'string' ? given : (given?.type ?? 'auto');
  if (name === 'auto') return { warnings: [] };
  if (name === 'allowed_tools') return readAllowed(given, said);
  const mode = Object.hasOwn(CHOICES, name) ? CHOICES[name] : undefined;
  if (mode === undefined) return unused(`"${name.slice(0, 100)}" is not known here`);
  return choose(mode, said);
}

/** One of some of the tools, or none unless one of them is `required`. */
function readAllowed(given: unknown, said: SaidOfCode | undefined): Choice {
  const parsed = AllowedTools.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const param = ['tool_choice', ...(issue?.path ?? []).map(String)].join('.');
    throw new AppError('VALIDATION_ERROR', `${param}: ${issue?.message ?? 'is not valid'}.`, { param });
  }
  const { mode, tools } = parsed.data;
  const isRequired = mode === 'required';
  if (tools.some(({ type }) => type === CODE_TOOL)) return isRequired ? choose('on', said) : { warnings: [] };
  if (!isRequired) return { mode: 'off', warnings: [] };
  return { ...unused('none of the tools allowed is known here'), mode: 'off' };
}

function choose(mode: Mode, said: SaidOfCode | undefined): Choice {
  return mode === 'on' && said === undefined ? unused('no tool is offered that could be used') : { mode, warnings: [] };
}

function unused(why: string): Choice {
  return { warnings: [`tool_choice: ${why}, and it was not used.`] };
}
