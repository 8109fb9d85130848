/** From what a request says to the row that stands for its response: who answers, by which model, may it run code. */
import { AppError } from '../../../shared/contracts/errors.ts';
import { AssistantId, ResponseId, type OrganizationId } from '../../../shared/contracts/ids.ts';
import { RESPONSE_STEPS_DEFAULT } from '../../../shared/contracts/limits.ts';
import type { Model, ModelMessage } from '../../models/model.ts';
import type { OrganizationSettings, OrganizationSettingsReader } from '../organization-settings.ts';
import type { AssistantStore } from '../../store/assistant-store.ts';
import type { ConversationFileStore } from '../../store/conversation-file-store.ts';
import type { Conversation, ConversationStore } from '../../store/conversation-store.ts';
import type { NewResponseRow } from '../../store/response-insertion-store.ts';
import type { ResponseStore } from '../../store/response-store.ts';
import type { AssistantRow } from '../../store/schema.ts';
import { noSuchAssistant } from './assistants.ts';
import { noSuchResponse } from './no-such-response.ts';
import { codeSetting, type CodeSetting, type SaidOfCode } from './modes.ts';
import type { NamedFile } from './chosen-files.ts';
import { NO_FILES, type ResponseFileService } from './response-files.ts';
import { isOver } from './response-record.ts';

/** What a face understood of a request. */
export type NewResponse = {
  readonly assistantId: string | undefined;
  readonly model: string | undefined;
  readonly instructions: string | undefined;
  /** What messages of the role `system` say. */
  readonly system: string;
  readonly input: readonly ModelMessage[];
  readonly said: SaidOfCode | undefined;
  readonly fileIds: readonly NamedFile[];
  /** Whether files may be used; undefined leaves it to the assistant. */
  readonly fileRetrieval: boolean | undefined;
  readonly previousResponseId: string | undefined;
  readonly threadId: string | undefined;
  readonly temperature: number | undefined;
  readonly outputTokensMax: number | undefined;
  readonly stepsMax: number | undefined;
  readonly live: boolean;
  /** Made by whichever process has room, whether anybody waits for it or not. */
  readonly background: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  /** What was not understood. */
  readonly warnings: readonly string[];
};

/** What is needed to make a response. */
export type PreparedResponse = {
  readonly row: NewResponseRow;
  readonly model: Model;
  /** What was said before. */
  readonly history: readonly ModelMessage[];
};

type ChosenModel = { readonly model: Model; readonly warnings: readonly string[] };

export type NewResponseDeps = {
  readonly models: {
    find(name: string): Model | undefined;
    readonly defaultName: string | undefined;
    names(): string[];
  };
  readonly assistants: Pick<AssistantStore, 'find'>;
  readonly settings: Pick<OrganizationSettingsReader, 'find'>;
  readonly responses: Pick<ResponseStore, 'findStatus'>;
  readonly conversations: ConversationStore;
  readonly files: Pick<ResponseFileService, 'resolve'>;
  readonly conversationFiles: ConversationFileStore;
  readonly newResponseId: () => ResponseId;
};

const NOTHING_BEFORE: Conversation = { messages: [], isCut: false };
const DEFAULT_GONE = 'The default model of the organization is not configured any more: that of the service was used.';
const HISTORY_CUT = 'Earlier messages of the conversation were left out: it is too long.';

export function createNewResponses(deps: NewResponseDeps) {
  const { models, assistants, settings, responses, conversations, files, conversationFiles, newResponseId } = deps;

  async function assistantOf(organizationId: OrganizationId, given: string | undefined) {
    if (given === undefined) return undefined;
    const id = AssistantId.safeParse(given);
    const found = id.success ? await assistants.find(organizationId, id.data) : undefined;
    if (found === undefined) throw noSuchAssistant('assistant_id');
    return found;
  }

  async function conversationOf(organizationId: OrganizationId, input: NewResponse) {
    const { previousResponseId: previous, threadId } = input;
    if (previous !== undefined && threadId !== undefined) {
      const message = 'thread_id: give either it or previous_response_id.';
      throw new AppError('VALIDATION_ERROR', message, { param: 'thread_id' });
    }
    if (threadId !== undefined) {
      const earlier = await conversationFiles.ofThread(organizationId, threadId);
      return { id: null, ...(await conversations.ofThread(organizationId, threadId)), earlier };
    }
    if (previous === undefined) return { id: null, ...NOTHING_BEFORE, earlier: NO_FILES };
    const id = ResponseId.safeParse(previous);
    const status = id.success ? await responses.findStatus(organizationId, id.data) : undefined;
    if (!id.success || status === undefined) throw noSuchResponse('previous_response_id');
    if (!isOver(status)) throw stillRunning('previous_response_id');
    const earlier = await conversationFiles.ofResponse(organizationId, id.data);
    return { id: id.data, ...(await conversations.before(organizationId, id.data)), earlier };
  }

  function chosen(name: string): ChosenModel {
    const model = models.find(name);
    if (model !== undefined) return { model, warnings: [] };
    throw new AppError('VALIDATION_ERROR', `model: there is no such model; there are ${models.names().join(', ')}.`, {
      param: 'model',
    });
  }

  /** The asked one, else the organization's, else the service's: also where the organization's is no longer configured. */
  function modelOf(
    asked: string | null | undefined,
    { defaultModel }: Pick<OrganizationSettings, 'defaultModel'>,
  ): ChosenModel {
    if (asked !== undefined && asked !== null) return chosen(asked);
    const own = defaultModel === null ? undefined : models.find(defaultModel);
    if (own !== undefined) return { model: own, warnings: [] };
    if (models.defaultName === undefined) throw notConfigured();
    return { ...chosen(models.defaultName), warnings: defaultModel === null ? [] : [DEFAULT_GONE] };
  }

  return {
    /** @throws AppError NOT_FOUND, VALIDATION_ERROR, MODEL_NOT_CONFIGURED, TOOL_NOT_AVAILABLE, RESPONSE_RUNNING */
    async prepare(organizationId: OrganizationId, input: NewResponse): Promise<PreparedResponse> {
      const [assistant, terms] = await Promise.all([
        assistantOf(organizationId, input.assistantId),
        settings.find(organizationId),
      ]);
      const { model, warnings: ofModel } = modelOf(input.model ?? assistant?.model, terms);
      const code = codeSetting(input.said, assistant?.tools);
      assertAvailable(code, terms);
      const { messages: history, ...before } = await conversationOf(organizationId, input);
      const { warnings, ...given } = await files.resolve(organizationId, {
        ...{ named: input.fileIds, earlier: before.earlier, model, hasCode: code.mode !== 'off' },
        ...assistantFiles(input, assistant),
      });
      const row: NewResponseRow = {
        id: newResponseId(),
        assistant_id: assistant?.id ?? null,
        previous_response_id: before.id,
        thread_id: input.threadId ?? null,
        model: model.name,
        status: input.background ? 'queued' : 'in_progress',
        background: input.background,
        request: { ...requestOf(input, code, assistant), ...given },
        input: input.input,
        warnings: [...input.warnings, ...ofModel, ...warnings, ...(before.isCut ? [HISTORY_CUT] : [])],
        metadata: input.metadata,
      };
      return { row, model, history };
    },
  };
}

export type NewResponses = ReturnType<typeof createNewResponses>;

export function stillRunning(param?: string): AppError {
  const message = 'The response has not ended; wait for its end, or cancel it.';
  return new AppError('RESPONSE_RUNNING', message, param === undefined ? {} : { param });
}

function assistantFiles({ fileRetrieval }: NewResponse, assistant: AssistantRow | undefined) {
  return {
    assistant: assistant?.file_ids ?? [],
    fileRetrieval: fileRetrieval ?? assistant?.tools.fileRetrieval,
  };
}

function requestOf(
  input: NewResponse,
  code: CodeSetting,
  assistant: AssistantRow | undefined,
): NewResponseRow['request'] {
  return {
    code,
    instructions: input.instructions ?? null,
    guidance: [assistant?.instructions ?? '', input.system].filter((said) => said !== '').join('\n\n'),
    ...limitsOf(input, assistant),
    live: input.live,
  };
}

/** What the request says goes before what its assistant says. */
function limitsOf(input: NewResponse, assistant: AssistantRow | undefined) {
  return {
    temperature: input.temperature ?? assistant?.temperature ?? null,
    outputTokensMax: input.outputTokensMax ?? assistant?.output_tokens_max ?? null,
    stepsMax: input.stepsMax ?? assistant?.steps_max ?? RESPONSE_STEPS_DEFAULT,
  };
}

function assertAvailable({ mode }: CodeSetting, { interpreter }: Pick<OrganizationSettings, 'interpreter'>): void {
  if (mode === 'off' || interpreter) return;
  throw new AppError('TOOL_NOT_AVAILABLE', 'Running code is switched off for your organization.', { param: 'tools' });
}

function notConfigured(): AppError {
  return new AppError(
    'MODEL_NOT_CONFIGURED',
    'No model is configured: the operator must set MODELS, or name the model "direct", which only runs fenced Python.',
    { param: 'model' },
  );
}
