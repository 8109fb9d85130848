/**
 * Writes the log of one response, in order and numbered from `first`. While one write is on its way, what follows is
 * gathered: deltas of one item that wait become one.
 */
import type { LoggedEvent } from '../../../shared/contracts/response-event.ts';

export type LogWriterDeps = {
  /** Number of its first event. */
  readonly first: number;
  /** @throws AppError QUEUE_UNAVAILABLE */
  readonly append: (first: number, events: readonly string[]) => Promise<void>;
  /** Brings the items that there are into the row: one of them is too large for the log. */
  readonly keepItems: () => Promise<void>;
  /** Told once when events are lost; readers get the end from the row all the same. */
  readonly onLost: (error: unknown) => void;
};

/** An event of more than this is kept in the row and only named in the log. */
const EVENT_CHARACTERS_MAX = 64 * 1024;
/**
 * Once the log has so much of one response, live text is left out, items are only named, and deltas wait for what ends
 * them, so that a text costs little more than its length: Redis is shared by all.
 */
const LOG_CHARACTERS_MAX = 16 * 1024 * 1024;

export function createLogWriter({ first, append, keepItems, onLost }: LogWriterDeps) {
  let waiting: LoggedEvent[] = [];
  let next = first;
  let writing: Promise<void> | undefined;
  let isLost = false;
  let characters = 0;
  let isSettling = false;
  const isFull = () => characters > LOG_CHARACTERS_MAX;
  const isDue = () => waiting.length > 0 && (isSettling || !isFull() || !waiting.every((event) => 'delta' in event));

  function textOf(event: LoggedEvent): { readonly text: string; readonly isKept: boolean } {
    const text = JSON.stringify(event);
    const isSmall = text.length <= EVENT_CHARACTERS_MAX && !isFull();
    if (isSmall || event.type !== 'item_done') return { text, isKept: false };
    return { text: JSON.stringify({ type: 'item_kept', index: event.index } satisfies LoggedEvent), isKept: true };
  }

  async function write(): Promise<void> {
    while (isDue()) {
      const events = waiting;
      waiting = [];
      try {
        const written = events.map(textOf);
        if (written.some(({ isKept }) => isKept)) await keepItems();
        const texts = written.map(({ text }) => text);
        characters += texts.reduce((sum, text) => sum + text.length, 0);
        await append(next, texts);
      } catch (error) {
        if (!isLost) onLost(error);
        isLost = true;
      }
      next += events.length;
    }
    writing = undefined;
  }

  function begin(): void {
    if (isDue()) writing ??= Promise.resolve().then(write);
  }

  return {
    emit(event: LoggedEvent): void {
      if (event.type === 'live_text' && isFull()) return;
      const before = waiting.findLastIndex((other) => indexOf(other) === indexOf(event));
      const joined = joinedWith(waiting[before], event);
      if (joined === undefined) waiting.push(event);
      else waiting[before] = joined;
      begin();
    },
    /** Resolves once everything is written, or lost; never rejects. */
    async settled(): Promise<void> {
      isSettling = true;
      begin();
      await writing;
      isSettling = false;
    },
  };
}

export type LogWriter = ReturnType<typeof createLogWriter>;

/** One event that says what both say, if there is one. */
function joinedWith(last: LoggedEvent | undefined, event: LoggedEvent): LoggedEvent | undefined {
  if (last === undefined) return undefined;
  if (last.type === 'live_text' && event.type === 'live_text' && last.stream === event.stream)
    return { ...event, text: last.text + event.text };
  if (!('delta' in last) || !('delta' in event) || last.type !== event.type) return undefined;
  return { ...event, delta: last.delta + event.delta };
}

function indexOf(event: LoggedEvent): number | undefined {
  return 'index' in event ? event.index : undefined;
}
