/** What to do about an end that no exception explains. Pure. */
import { FLOOD_BYTES_MAX, MEMORY_MIB_MAX, PROCESSES_MAX, TIMEOUT_MS_MAX } from './limits.ts';
import type { ExitReason } from './statuses.ts';

const MIB = 1024 * 1024;

/** A reason without an entry does not compile; `null`: the code itself says what happened. */
const EXIT_HINTS: Readonly<Record<ExitReason, string | null>> = {
  ok: null,
  exception: null,
  exit: null,
  timed_out:
    'The code ran longer than its `timeout_ms`. Do less at once: fewer rows, fewer steps, vectorised operations; split ' +
    `the work over several executions. \`timeout_ms\` is at most ${String(TIMEOUT_MS_MAX)}. There is no network, so ` +
    'waiting for one does not help.',
  out_of_memory:
    'The code used more than its `memory_mb`. Hold less at once: read only the columns that are needed, use smaller ' +
    'types (`float32`, `category`), work in pieces and `del` what is done with; or ask for more: `memory_mb` is at ' +
    `most ${String(MEMORY_MIB_MAX)}.`,
  output_limit:
    `The code wrote more than ${String(FLOOD_BYTES_MAX / MIB)} MiB, and was stopped. Print a summary instead of ` +
    'everything, such as `df.head()`, or use `attach(name, data)` for a file.',
  killed:
    'A signal ended the process; `signal` names it. SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT are crashes in compiled ' +
    'code: look at what was called last, for wrong types or shapes, for recursion without end. Other signals come from ' +
    `the code itself or from its processes, of which there can be ${String(PROCESSES_MAX)} at once, threads included.`,
  cancelled: null,
  sandbox_lost:
    'The sandbox was lost while the code ran in it, twice. If it happens again with the same code, the code is what ' +
    'breaks it: use less memory and fewer processes. Otherwise send it again.',
};

/** A sentence or two for who reads the end; undefined where there is nothing to add. */
export function exitHint(reason: ExitReason): string | undefined {
  return EXIT_HINTS[reason] ?? undefined;
}
