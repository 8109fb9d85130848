/** A request for a response, as this service's own face takes it. Pure. */
import { AppError } from '../../shared/contracts/errors.ts';
import { CreateResponse, InputMessage } from '../../shared/contracts/response.ts';
import { saidOfFiles } from '../services/responses/file-retrieval.ts';
import { saidOfCode } from '../services/responses/modes.ts';
import type { NewResponse } from '../services/responses/new-response.ts';
import { readContainers } from './container-files.ts';
import { readMessage } from './input-messages.ts';
import { assertSmall } from './message-parts.ts';
import { boundedWarnings, unknownFields, unknownTools } from './unknown-fields.ts';

/** @throws AppError VALIDATION_ERROR, PAYLOAD_TOO_LARGE */
export function toNewResponse(body: CreateResponse): NewResponse {
  const read = readInputs(body.inputs);
  const { system, input, fileIds } = read;
  assertSmall(system, input);
  const containers = readContainers(body.tools);
  const unknown = [...unknownFields(body, CreateResponse.shape), ...unknownTools(body.tools)];
  const warnings = [...unknown, ...containers.warnings, ...read.warnings];
  return {
    assistantId: body.assistant_id ?? undefined,
    model: body.model ?? undefined,
    instructions: body.instructions ?? undefined,
    system,
    input,
    said: saidOfCode(body),
    fileIds: [...fileIds, ...containers.fileIds],
    fileRetrieval: saidOfFiles(body),
    previousResponseId: body.previous_response_id ?? undefined,
    threadId: body.thread_id ?? undefined,
    ...limitsOf(body),
    live: body.live_output ?? false,
    background: body.background ?? false,
    metadata: body.metadata ?? {},
    warnings: boundedWarnings(warnings),
  };
}

function limitsOf(body: CreateResponse) {
  return {
    temperature: body.temperature ?? undefined,
    outputTokensMax: body.max_output_tokens ?? body.max_output_synapses ?? undefined,
    stepsMax: body.max_steps ?? undefined,
  };
}

type ReadInputs = Pick<NewResponse, 'system' | 'input' | 'fileIds'> & { readonly warnings: readonly string[] };

function readInputs(inputs: CreateResponse['inputs']): ReadInputs {
  if (typeof inputs === 'string')
    return {
      ...{ system: '', input: [{ role: 'user', parts: [{ type: 'text', text: inputs }] }], fileIds: [] },
      warnings: [],
    };
  const read = inputs.map((message, at) => readMessage(message, `inputs.${String(at)}.`, InputMessage.shape));
  const input = read.flatMap(({ message }) => (message === undefined ? [] : [message]));
  if (!input.some(({ role }) => role === 'user'))
    throw new AppError('VALIDATION_ERROR', 'inputs: must hold a message of the role user that says something.', {
      param: 'inputs',
    });
  return {
    system: read.flatMap((one) => (one.system === '' ? [] : [one.system])).join('\n\n'),
    input,
    fileIds: read.flatMap((one) => one.fileIds),
    warnings: read.flatMap((one) => one.warnings),
  };
}
