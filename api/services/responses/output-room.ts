/** How much of what code shows still has room in its response: for readers, and for the model. Pure but for its count. */
import type { CallOutput, ResponseItem } from '../../../shared/contracts/response-item.ts';
import type { MessagePart, ModelMessage } from '../../models/model.ts';

export type OutputRoomOptions = {
  /** Of all outputs that the response shows. */
  readonly outputCharactersMax: number;
  /** Of all pictures that the model is given, in base64: they are sent to it with every step. */
  readonly pictureCharactersMax: number;
};

const OUTPUT_LEFT_OUT: CallOutput = { type: 'text', text: '[left out: the response shows as much as it may]' };
const PICTURE_LEFT_OUT: MessagePart = { type: 'text', text: '[a picture is left out: there were too many]' };

/** @param before what the response and its conversation hold already */
export function createOutputRoom(
  { outputCharactersMax, pictureCharactersMax }: OutputRoomOptions,
  before: { readonly items: readonly ResponseItem[]; readonly messages: readonly ModelMessage[] },
) {
  let outputsLeft = outputCharactersMax - sum(before.items.flatMap(outputsOf).map(sizeOf));
  let picturesLeft = pictureCharactersMax - sum(before.messages.flatMap(partsOf).map(pictureSize));
  return {
    /** The outputs that fit; a note stands for the rest. */
    shown(outputs: readonly CallOutput[]): CallOutput[] {
      const kept: CallOutput[] = [];
      for (const output of outputs) {
        if (sizeOf(output) > outputsLeft) return [...kept, OUTPUT_LEFT_OUT];
        outputsLeft -= sizeOf(output);
        kept.push(output);
      }
      return kept;
    },
    /** The parts, with a note for each picture that does not fit. */
    read(parts: readonly MessagePart[]): MessagePart[] {
      return parts.map((part) => {
        if (pictureSize(part) > picturesLeft) return PICTURE_LEFT_OUT;
        picturesLeft -= pictureSize(part);
        return part;
      });
    },
  };
}

export type OutputRoom = ReturnType<typeof createOutputRoom>;

function outputsOf(item: ResponseItem): readonly CallOutput[] {
  return item.type === 'code_interpreter_call' ? (item.outputs ?? []) : [];
}

function partsOf(message: ModelMessage): readonly MessagePart[] {
  if (message.role === 'user') return message.parts;
  return message.role === 'results' ? message.results.flatMap(({ parts }) => parts) : [];
}

function sizeOf(output: CallOutput): number {
  return output.type === 'text' ? output.text.length : output.url.length;
}

function pictureSize(part: MessagePart): number {
  return part.type === 'image' ? part.base64.length : 0;
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
