/**
 * Numbers the events of a stream from 0, and goes on after one of them.
 *
 * A number is what comes of counting all events of the log from its beginning: the same log gives the same numbers,
 * however often and from wherever it is read.
 */
import type { NumberedEvents } from '../services/responses/log-reading.ts';
import type { StreamedEvent } from '../services/responses/response-record.ts';
import type { OpenAiEvent } from './openai-stream.ts';

export type NumberedOpenAiEvent = OpenAiEvent & { readonly sequence_number: number };

/**
 * @param events from the first one
 * @param startingAfter number of the last event that the reader has; undefined: none
 */
export async function* numberedEvents(
  events: NumberedEvents,
  translate: (event: StreamedEvent) => readonly OpenAiEvent[],
  startingAfter: number | undefined,
): AsyncGenerator<NumberedOpenAiEvent, void, void> {
  const seen = startingAfter ?? -1;
  let next = 0;
  for await (const { event, isRetold } of events) {
    for (const { type, ...fields } of translate(event)) {
      const number = next;
      next += 1;
      if (isRetold !== true || startingAfter === undefined) {
        if (number > seen) yield { type, sequence_number: number, ...fields };
      } else if (event.type === 'ended') {
        // The log is gone: what the reader has of it can be told no more, and the end says everything.
        yield { type, sequence_number: Math.max(number, seen + 1), ...fields };
      }
    }
  }
}
