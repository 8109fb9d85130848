/**
 * Passes what a run shows on to whoever watches, in batches: the first after a moment, each further one when the one
 * before has been written. A run that ends within that moment writes nothing: its result follows at once and has it
 * all. Events are hints: a failed write is dropped.
 */
import { charactersOf } from '../../shared/contracts/output-size.ts';
import type { PostedEvent, PostedOutput } from '../../shared/contracts/packed-json.ts';

/** Short against what a watcher notices, long against the run of a small block. */
const FIRST_BATCH_MS = 15;
/** Of one batch; an output that exceeds it is left to the final result. Above the size of a readable picture. */
const BATCH_SIZE_MAX = 5 * 1024 * 1024;

export type LiveOutputDeps = { readonly append: (events: readonly PostedEvent[]) => Promise<void> };

export function createLiveOutput({ append }: LiveOutputDeps, attempt: number) {
  let batch: PostedEvent[] = [];
  let batchSize = 0;
  let timer: NodeJS.Timeout | undefined;
  let hasWritten = false;
  /** The last write that is under way; those before it reach Redis before it. */
  let writing: Promise<void> | null = null;

  function write(): void {
    clearTimeout(timer);
    timer = undefined;
    if (batch.length === 0) return;
    const events = batch;
    batch = [];
    batchSize = 0;
    hasWritten = true;
    const written = append(events)
      .catch(() => undefined)
      .finally(() => {
        if (writing === written) writing = null;
        write();
      });
    writing = written;
  }

  async function writeAll(): Promise<void> {
    while (writing !== null) await writing;
  }

  function add(event: PostedEvent): void {
    batch.push(event);
    if (writing === null) timer ??= setTimeout(write, FIRST_BATCH_MS);
  }

  function join(output: PostedOutput): boolean {
    const last = batch.at(-1);
    if (output.type !== 'text' || last?.type !== 'output' || last.output.type !== 'text') return false;
    if (last.output.stream !== output.stream) return false;
    const text = last.output.text + output.text;
    batch[batch.length - 1] = { ...last, output: { ...output, text } };
    return true;
  }

  return {
    started(startedAtMs: number): void {
      add({ type: 'started', attempt, started_at_ms: startedAtMs });
    },
    output(output: PostedOutput): void {
      const size = charactersOf(output);
      if (batchSize + size > BATCH_SIZE_MAX) return;
      batchSize += size;
      if (!join(output)) add({ type: 'output', attempt, output });
    },
    /**
     * The run is over. Sends what is left, unless nothing was sent before: who watches gets the outputs of a row of
     * which the stream told nothing from the row itself.
     * @returns resolves when all is written: a reader that finds the result first looks for no more events; null when
     * there is nothing to wait for
     */
    end(): Promise<void> | null {
      if (hasWritten) write();
      clearTimeout(timer);
      return writing === null ? null : writeAll();
    },
  };
}
