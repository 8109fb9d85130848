/** Server-sent events read by hand: unlike EventSource it tells a refusal from a lost connection. */
import type { Client } from './client.ts';

export type StreamEvent = { readonly name: string; readonly id: string | null; readonly data: unknown };

/**
 * Hands each event on until the stream ends.
 * @returns the id of the last event, to go on after it
 * @throws ApiError where the stream is refused
 */
export async function readEvents(
  client: Pick<Client, 'stream'>,
  asked: { readonly path: string; readonly lastEventId: string | null; readonly signal: AbortSignal },
  onEvent: (event: StreamEvent) => void,
): Promise<{ readonly isOver: boolean }> {
  const response = await client.stream(asked.path, asked.lastEventId, asked.signal);
  // 204: there is nothing after the last event that came.
  if (response.status === 204 || response.body === null) return { isOver: true };
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { isOver: false };
    const { blocks, left } = splitBlocks(rest + value);
    rest = left;
    for (const block of blocks) {
      const event = parseBlock(block);
      if (event !== null) onEvent(event);
    }
  }
}

/** Whole events of a text, and what is left of one that has only begun. Pure. */
export function splitBlocks(text: string): { readonly blocks: readonly string[]; readonly left: string } {
  const parts = text.replaceAll('\r\n', '\n').split('\n\n');
  return { blocks: parts.slice(0, -1), left: parts.at(-1) ?? '' };
}

/** One event; null for comments and for data that is no JSON. Pure. */
export function parseBlock(block: string): StreamEvent | null {
  const fields = block.split('\n').map((line) => {
    const at = line.indexOf(':');
    return at < 0 ? ([line, ''] as const) : ([line.slice(0, at), line.slice(at + 1).replace(/^ /, '')] as const);
  });
  const last = (name: string) => fields.findLast(([field]) => field === name)?.[1];
  const data = fields.filter(([field]) => field === 'data').map(([, value]) => value);
  if (data.length === 0) return null;
  try {
    return { name: last('event') ?? 'message', id: last('id') ?? null, data: JSON.parse(data.join('\n')) };
  } catch {
    return null;
  }
}
