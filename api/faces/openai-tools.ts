/** Which tools a client of the OpenAI Responses API offers, and whether one of them must be used. Pure. */
import { z } from 'zod';
import type { CreateOpenAiResponse } from '../../shared/contracts/openai-response.ts';
import { saidOfFiles } from '../services/responses/file-retrieval.ts';
import { saidOfCode, type Mode, type SaidOfCode } from '../services/responses/modes.ts';
import type { NewResponse } from '../services/responses/new-response.ts';
import { unknownFields } from './unknown-fields.ts';

export type ReadTools = Pick<NewResponse, 'said' | 'fileIds' | 'fileRetrieval' | 'warnings'>;

const AutoContainer = z.looseObject({
  type: z.literal('auto'),
  file_ids: z.array(z.string()).nullish(),
  network_policy: z.looseObject({ type: z.literal('disabled') }).nullish(),
});

const CHOICES: Readonly<Record<string, Mode | undefined>> = {
  none: 'off',
  required: 'on',
  code_interpreter: 'on',
};
const NOTHING: Pick<ReadTools, 'fileIds' | 'warnings'> = { fileIds: [], warnings: [] };

/** @throws AppError VALIDATION_ERROR */
export function readTools(body: Pick<CreateOpenAiResponse, 'tools' | 'tool_choice'>): ReadTools {
  const tools = body.tools ?? [];
  const said = saidOfCode({ tools });
  const choice = readChoice(body.tool_choice, said);
  const containers = tools.map((tool, at) =>
    tool.type === 'code_interpreter' ? readContainer(tool['container'], `tools.${String(at)}.container`) : NOTHING,
  );
  const fileIds = containers.flatMap((one) => one.fileIds);
  return {
    said: said === undefined ? undefined : { ...said, ...(choice.mode !== undefined && { mode: choice.mode }) },
    fileIds,
    fileRetrieval: saidOfFiles({ tools }) ?? (fileIds.length > 0 ? true : undefined),
    warnings: [...choice.warnings, ...containers.flatMap((one) => one.warnings)],
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

/** There is no container that could be named, or be larger: every block of code runs in a sandbox of its own. */
function readContainer(given: unknown, at: string): Pick<ReadTools, 'fileIds' | 'warnings'> {
  if (given === undefined || given === null) return NOTHING;
  const auto = AutoContainer.safeParse(given);
  if (!auto.success)
    return { fileIds: [], warnings: [`${at}: only {"type":"auto"} is known here, and it was not used.`] };
  return {
    fileIds: (auto.data.file_ids ?? []).map((fileId, index) => ({ fileId, param: `${at}.file_ids.${String(index)}` })),
    warnings: unknownFields(auto.data, AutoContainer.shape, `${at}.`),
  };
}
