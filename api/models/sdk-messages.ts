/** A conversation in the shapes of the AI SDK. Pure. */
import type { ModelMessage as SdkMessage } from 'ai';
import type { MessagePart, ModelMessage } from './model.ts';

/** The one tool that a model is offered. */
export const CODE_TOOL = 'code_interpreter';

export type SdkMessagesOptions = {
  readonly takesPictures: boolean;
  /** Where it is not, calls of earlier steps are told in words: providers refuse calls of a tool that there is not. */
  readonly hasTool: boolean;
};

export function toSdkMessages(messages: readonly ModelMessage[], options: SdkMessagesOptions): SdkMessage[] {
  return messages.flatMap((message) => {
    const said = options.hasTool ? message : inWords(message);
    return saysNothing(said) ? [] : [toSdkMessage(said, options.takesPictures)];
  });
}

/** Some providers refuse an empty message. */
function saysNothing(message: ModelMessage): boolean {
  return message.role === 'assistant' && message.text === '' && message.calls.length === 0;
}

function inWords(message: ModelMessage): ModelMessage {
  if (message.role === 'results') {
    const parts = message.results.flatMap((result) => result.parts);
    return { role: 'user', parts: [{ type: 'text', text: 'What the code showed:' }, ...parts] };
  }
  if (message.role === 'user') return message;
  const code = message.calls.map((call) => `Run:\n\`\`\`python\n${call.code}\n\`\`\``);
  return { role: 'assistant', text: [message.text, ...code].filter((text) => text !== '').join('\n\n'), calls: [] };
}

function toSdkMessage(message: ModelMessage, takesPictures: boolean): SdkMessage {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: takenParts(message.parts, takesPictures).map(userPart) };
    case 'assistant':
      return {
        role: 'assistant',
        content: [
          ...(message.text === '' ? [] : [{ type: 'text' as const, text: message.text }]),
          ...message.calls.map(({ callId, code, signatures }) => ({
            ...{ type: 'tool-call' as const, toolCallId: callId, toolName: CODE_TOOL, input: { code } },
            ...(signatures !== undefined && { providerOptions: signatures }),
          })),
        ],
      };
    case 'results':
      return {
        role: 'tool',
        content: message.results.map(({ callId, parts }) => ({
          ...{ type: 'tool-result' as const, toolCallId: callId, toolName: CODE_TOOL },
          output: { type: 'content' as const, value: takenParts(parts, takesPictures).map(resultPart) },
        })),
      };
  }
}

function takenParts(parts: readonly MessagePart[], takesPictures: boolean): MessagePart[] {
  const taken = parts.filter((part) => part.type === 'text' || takesPictures);
  return taken.length > 0 ? taken : [{ type: 'text', text: '[a picture that you cannot see]' }];
}

function userPart(part: MessagePart) {
  if (part.type === 'text') return { type: 'text' as const, text: part.text };
  return { type: 'file' as const, data: part.base64, mediaType: part.mediaType };
}

function resultPart(part: MessagePart) {
  if (part.type === 'text') return { type: 'text' as const, text: part.text };
  return { type: 'file' as const, data: { type: 'data' as const, data: part.base64 }, mediaType: part.mediaType };
}
