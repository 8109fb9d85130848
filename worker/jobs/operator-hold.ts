/** Whether operators hold this worker: it then takes no new job, and lives on until they let it go. */
import type { WorkerCommand } from '../../shared/queue/worker-commands.ts';

const LOOK_MS = 1_000;

export type OperatorHoldDeps = {
  /** The last word of the operators, if there is one. */
  readonly read: () => Promise<WorkerCommand | null>;
  /** Calls its argument whenever operators leave word. */
  readonly onWord: (look: () => void) => void;
  readonly onChange: (isHeld: boolean) => void;
};

export function startOperatorHold({ read, onWord, onChange }: OperatorHoldDeps) {
  let held = false;
  let stopped = false;

  async function look(): Promise<void> {
    // What cannot be read now will be at the next look; without a word the last one holds.
    const command = await read().catch(() => null);
    const wanted = command === null ? held : command === 'drain';
    if (stopped || wanted === held) return;
    held = wanted;
    onChange(held);
  }

  onWord(() => void look());
  const timer = setInterval(() => void look(), LOOK_MS);
  return {
    isHeld: (): boolean => held,
    stop(): void {
      stopped = true;
      clearInterval(timer);
    },
  };
}
