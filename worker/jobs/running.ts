/** The executions that this worker runs now, so that a cancel finds its run. */

export function createRunning() {
  const runs = new Map<string, AbortController>();

  function cancel(executionId: string): void {
    runs.get(executionId)?.abort(new Error('cancelled'));
  }

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
    cancel,
    /** Cancels every run for which that was asked; a marker that cannot be read is left to the reconciler. */
    async cancelRequested(isRequested: (executionId: string) => Promise<boolean>): Promise<void> {
      for (const executionId of [...runs.keys()]) {
        if (await isRequested(executionId).catch(() => false)) cancel(executionId);
      }
    },
    count: () => runs.size,
  };
}

export type Running = ReturnType<typeof createRunning>;
