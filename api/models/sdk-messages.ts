/** A conversation in the shapes of the AI SDK. Pure. */
import type { ModelMessage as SdkMessage } from 'ai';
import type { MessagePart, ModelMessage } from './model.ts';

/** The one tool that a model is offered. */
export const CODE_TOOL = 'code_interpreter';

export function toSdkMessages(messages: readonly ModelMessage[], takesPictures: boolean): SdkMessage[] {
  return messages.map((message) => toSdkMessage(message, takesPictures));
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
          ...message.calls.map(({ callId, code }) => ({
            ...{ type: 'tool-call' as const, toolCallId: callId, toolName: CODE_TOOL, input: { code } },
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
  return parts.filter((part) => part.type === 'text' || takesPictures);
}

function userPart(part: MessagePart) {
  if (part.type === 'text') return { type: 'text' as const, text: part.text };
  return { type: 'file' as const, data: part.base64, mediaType: part.mediaType };
}

function resultPart(part: MessagePart) {
  if (part.type === 'text') return { type: 'text' as const, text: part.text };
  return { type: 'file' as const, data: { type: 'data' as const, data: part.base64 }, mediaType: part.mediaType };
}
