/**
 * Passes what a run shows on to whoever watches, in batches: the first after a moment, each further one when the one
 * before has been written. A short run so costs one write. Events are hints: a failed write is dropped.
 */
import type { Output } from '../../shared/contracts/execution.ts';
import { charactersOf } from '../../shared/contracts/output-size.ts';
import type { LiveEvent } from '../../shared/contracts/events.ts';

/** Short against what a watcher notices, long against the run of a small block. */
const FIRST_BATCH_MS = 5;
/** Of one batch; an output that exceeds it is left to the final result. Above the size of a readable picture. */
const BATCH_SIZE_MAX = 5 * 1024 * 1024;

export type LiveOutputDeps = { readonly append: (events: readonly LiveEvent[]) => Promise<void> };

export function createLiveOutput({ append }: LiveOutputDeps, attempt: number) {
  let batch: LiveEvent[] = [];
  let batchSize = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing = false;

  function write(): void {
    clearTimeout(timer);
    timer = undefined;
    if (batch.length === 0) return;
    const events = batch;
    batch = [];
    batchSize = 0;
    writing = true;
    void append(events)
      .catch(() => undefined)
      .finally(() => {
        writing = false;
        write();
      });
  }

  function add(event: LiveEvent): void {
    batch.push(event);
    if (!writing) timer ??= setTimeout(write, FIRST_BATCH_MS);
  }

  function join(output: Output): boolean {
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
    output(output: Output): void {
      const size = charactersOf(output);
      if (batchSize + size > BATCH_SIZE_MAX) return;
      batchSize += size;
      if (!join(output)) add({ type: 'output', attempt, output });
    },
    /** Sends what is left without waiting: what is written to Redis after this comes after it there too. */
    flush: write,
  };
}
