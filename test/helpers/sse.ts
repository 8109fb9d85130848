/** Reads server-sent events as a client would (WHATWG HTML, "Server-sent events"). */

export type SseEvent = { readonly id: string; readonly event: string; readonly data: unknown; readonly atMs: number };

/** The events of an answer until it ends, or until `isLast` says so. */
export async function* readEvents(response: Response): AsyncGenerator<SseEvent> {
  if (response.body === null) throw new Error('an answer without a body');
  const decoder = new TextDecoder();
  let held = '';
  for await (const chunk of response.body) {
    held += decoder.decode(chunk, { stream: true });
    const blocks = held.split('\n\n');
    held = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
      );
      const data = fields.get('data');
      if (data !== undefined)
        yield {
          id: fields.get('id') ?? '',
          event: fields.get('event') ?? '',
          data: JSON.parse(data),
          atMs: performance.now(),
        };
    }
  }
}

/** All events to the end of the stream. */
export async function allEvents(response: Response): Promise<SseEvent[]> {
  const events: SseEvent[] = [];
  for await (const event of readEvents(response)) events.push(event);
  return events;
}
