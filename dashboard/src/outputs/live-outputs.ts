/** What a stream of events has shown so far. Pure. */
import type { OutputEvent } from '../../../shared/contracts/events.ts';
import type { Output } from '../../../shared/contracts/execution.ts';

export type LiveOutputs = { readonly attempt: number; readonly outputs: readonly Output[] };

export const NO_OUTPUTS: LiveOutputs = { attempt: 0, outputs: [] };

/** A higher attempt voids what the lower one showed; neighbouring texts of one stream are one. */
export function withOutput(
  live: LiveOutputs,
  { attempt, output }: Pick<OutputEvent, 'attempt' | 'output'>,
): LiveOutputs {
  if (attempt < live.attempt) return live;
  const before = attempt === live.attempt ? live.outputs : [];
  const last = before.at(-1);
  if (last?.type === 'text' && output.type === 'text' && last.stream === output.stream) {
    return { attempt, outputs: [...before.slice(0, -1), { ...last, text: last.text + output.text }] };
  }
  return { attempt, outputs: [...before, output] };
}
