/** Server-sent events out of a byte stream (WHATWG HTML, "Server-sent events"), as far as the api writes them. */
export type ServerSentEvent = { readonly name: string; readonly data: unknown };

export async function* readServerSentEvents(chunks: AsyncIterable<Buffer>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let held = '';
  for await (const chunk of chunks) {
    const blocks = (held + decoder.decode(chunk, { stream: true })).split('\n\n');
    held = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parseBlock(block);
      if (event !== undefined) yield event;
    }
  }
}

/** Undefined for a block without data, as a heartbeat is. */
function parseBlock(block: string): ServerSentEvent | undefined {
  const lines = block.split('\n');
  const valueOf = (field: string) => lines.find((line) => line.startsWith(`${field}: `))?.slice(field.length + 2);
  const data = valueOf('data');
  return data === undefined ? undefined : { name: valueOf('event') ?? '', data: JSON.parse(data) };
}
