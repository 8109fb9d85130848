/** What a model reads of a call: its outputs within a budget, beginning and end of what is too long. Pure. */
import type { CallOutput } from '../../../shared/contracts/response-item.ts';
import type { MessagePart, ModelMessage } from '../../models/model.ts';

/** Characters that a token stands for in English text and code, by a rule of thumb that errs on the safe side. */
const CHARACTERS_PER_TOKEN = 3;
const HEAD_SHARE = 0.7;
const PICTURES_MAX = 4;
const DATA_URL = /^data:(image\/(?:png|jpeg|gif|webp));base64,(.+)$/s;

export type ReadingBudget = { readonly tokensMax: number; readonly takesPictures: boolean };

/** One text, then the pictures where the model takes them; a model always gets something to read. */
export function modelReading(
  outputs: readonly CallOutput[],
  { tokensMax, takesPictures }: ReadingBudget,
): MessagePart[] {
  const pictures = outputs.flatMap((output) => (output.type === 'image' ? pictureOf(output.url) : []));
  const told = takesPictures ? pictures.slice(0, PICTURES_MAX) : [];
  const texts = outputs.map((output) =>
    output.type === 'text' ? output.text : `[picture${takesPictures ? '' : ', shown to the user'}]`,
  );
  const whole = texts.join('\n');
  return [{ type: 'text', text: cut(whole === '' ? '[no output]' : whole, tokensMax * CHARACTERS_PER_TOKEN) }, ...told];
}

/**
 * What of a response's messages is carried on: pictures that code made were for the steps of that response, and would
 * leave no room for what was said.
 */
export function withoutPictures(messages: readonly ModelMessage[]): ModelMessage[] {
  return messages.map((message) => {
    if (message.role !== 'results') return message;
    const results = message.results.map(({ callId, parts }) => ({
      ...{ callId, parts: parts.filter(({ type }) => type !== 'image') },
    }));
    return { role: 'results', results };
  });
}

/** Head and tail of a text that is too long, with a note of how much is left out between them. */
export function cut(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  const head = Math.floor(charactersMax * HEAD_SHARE);
  const tail = charactersMax - head;
  const leftOut = text.length - head - tail;
  const end = tail === 0 ? '' : text.slice(-tail);
  return `${text.slice(0, head)}\n[… ${String(leftOut)} characters left out …]\n${end}`.toWellFormed();
}

function pictureOf(url: string): MessagePart[] {
  const [, mediaType, base64] = DATA_URL.exec(url) ?? [];
  return mediaType === undefined || base64 === undefined ? [] : [{ type: 'image', mediaType, base64 }];
}
