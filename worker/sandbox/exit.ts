/** Pure: how a run ended, told from the wait status, the cgroup and the clock. */
import type { Exit } from '../../shared/contracts/execution.ts';
import type { Ended } from './supervisor-frames.ts';

/** What the worker saw of a run's end. */
export type RunEnding =
  | { readonly kind: 'ended'; readonly ended: Ended }
  /** The container died, or was killed because its supervisor did not end the run in time. */
  | { readonly kind: 'vanished'; readonly oomKilled: boolean; readonly killedFor: 'timed_out' | 'cancelled' | null };

const exit = (reason: Exit['reason'], code: number | null = null, signal: string | null = null): Exit => ({
  reason,
  code,
  signal,
});

/** Only this rests on the child's own record: an exception and an exit are both a plain exit code. */
export type ErrorRecord = { readonly name: string } | null;

function toExitOfChild(ended: Ended, error: ErrorRecord): Exit {
  const { exit_code: code, signal, oom } = ended;
  if (code === 0) return exit('ok', 0);
  if (oom) return exit('out_of_memory', code, signal);
  if (signal !== null) return exit('killed', null, signal);
  if (code !== 1 || error === null) return exit('exit', code);
  return exit(error.name === 'MemoryError' ? 'out_of_memory' : 'exception', code);
}

/** Null when the sandbox was lost without a cause that the code can be held to: the execution may run again. */
export function toExit(ending: RunEnding, error: ErrorRecord): Exit | null {
  if (ending.kind === 'vanished') {
    if (ending.killedFor !== null) return exit(ending.killedFor, null, 'SIGKILL');
    return ending.oomKilled ? exit('out_of_memory', null, 'SIGKILL') : null;
  }
  const { ended } = ending;
  switch (ended.cause) {
    case 'exited':
      return toExitOfChild(ended, error);
    case 'timed_out':
    case 'output_limit':
    case 'cancelled':
      return exit(ended.cause, null, 'SIGKILL');
    case 'lost':
      return ended.oom ? exit('out_of_memory', null, 'SIGKILL') : null;
  }
}

/** Whether the sandbox may serve its organization again after a run that ended so. */
export function isReusable(reason: Exit['reason']): boolean {
  return reason === 'ok' || reason === 'exception' || reason === 'exit';
}
