/** What happens while a response is made, as its log holds it. Faces translate it; order and numbers are the same for all. */
import { z } from 'zod';
import { TextStream } from './execution.ts';
import { CodeInterpreterCall, ResponseItem, ResponseMessage } from './response-item.ts';

/** Place of the item in the response's output. */
const index = z.int().min(0);
const itemId = z.string();

const ITEM_EVENTS = [
  z.object({ type: z.literal('call_added'), index, item: CodeInterpreterCall }),
  z.object({ type: z.literal('code_delta'), index, itemId, delta: z.string() }),
  z.object({ type: z.literal('code_done'), index, itemId, code: z.string() }),
  z.object({ type: z.literal('interpreting'), index, itemId }),
  /** What the code writes, as it is written; the call's outputs tell it all again. */
  z.object({ type: z.literal('live_text'), index, itemId, stream: TextStream, text: z.string() }),
  z.object({ type: z.literal('message_added'), index, item: ResponseMessage }),
  z.object({ type: z.literal('text_delta'), index, itemId, delta: z.string() }),
  z.object({ type: z.literal('text_done'), index, itemId, text: z.string() }),
  z.object({ type: z.literal('item_done'), index, item: ResponseItem }),
] as const;

export const ResponseEvent = z.discriminatedUnion('type', ITEM_EVENTS);
export type ResponseEvent = z.infer<typeof ResponseEvent>;

/**
 * Numbers of events rise over all attempts at a response: each attempt has so many for its own, so that an older one can
 * write nothing any more once a newer one has begun.
 */
export const EVENTS_PER_ATTEMPT = 10_000_000;

/** What concerns the whole response is read from its row. */
export const LoggedEvent = z.discriminatedUnion('type', [
  ...ITEM_EVENTS,
  z.object({ type: z.literal('created') }),
  z.object({ type: z.literal('in_progress') }),
  /** Another process goes on with it; of no interest to readers. */
  z.object({ type: z.literal('continued') }),
  /** An `item_done` whose item is too large for the log: the row has it by then. */
  z.object({ type: z.literal('item_kept'), index }),
  z.object({ type: z.literal('ended') }),
]);
export type LoggedEvent = z.infer<typeof LoggedEvent>;
