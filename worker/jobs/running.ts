/** The executions that this worker runs now, so that a cancel finds its run. */

export function createRunning() {
  const runs = new Map<string, AbortController>();
  return {
    /** Registers a run; its signal is aborted by `cancel`. Call `done` when it has ended. */
    register(executionId: string): { readonly signal: AbortSignal; readonly done: () => void } {
      const controller = new AbortController();
      runs.set(executionId, controller);
      return {
        signal: controller.signal,
        done: () => {
          if (runs.get(executionId) === controller) runs.delete(executionId);
        },
      };
    },
    cancel(executionId: string): void {
      runs.get(executionId)?.abort(new Error('cancelled'));
    },
    count: () => runs.size,
  };
}

export type Running = ReturnType<typeof createRunning>;
