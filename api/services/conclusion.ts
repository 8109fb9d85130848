/** What follows once a row is final, whoever made it so: waiters wake, the index lets the next ones out. */

export type ConclusionDeps = {
  readonly fairIndex: { finish(executionId: string): Promise<{ released: string[] }> };
  /** Whoever reads from now on reads the row. */
  readonly eventWriter: { expireSoon(executionIds: readonly string[]): Promise<void> };
  readonly done: { announce(executionIds: readonly string[]): Promise<void> };
  /** Wakes those who wait in this process, sooner than Redis could. */
  readonly wakeLocal: (executionIds: readonly string[]) => void;
};

export function createConclusion({ fairIndex, eventWriter, done, wakeLocal }: ConclusionDeps) {
  return {
    /**
     * Harmless to repeat, and to call for ids that were concluded or never existed.
     * @returns ids that are to be dispatched now
     * @throws AppError QUEUE_UNAVAILABLE
     */
    async conclude(executionIds: readonly string[]): Promise<string[]> {
      if (executionIds.length === 0) return [];
      wakeLocal(executionIds);
      const [finished] = await Promise.all([
        Promise.all(executionIds.map((executionId) => fairIndex.finish(executionId))),
        done.announce(executionIds),
        eventWriter.expireSoon(executionIds),
      ]);
      return finished.flatMap(({ released }) => released);
    },
  };
}

export type Conclusion = ReturnType<typeof createConclusion>;
