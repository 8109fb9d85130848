/** What set-up and start say: one line for each thing that was done, with the time it took. */

export type Report = ReturnType<typeof createReport>;

export function createReport(write: (line: string) => void) {
  return {
    line: write,
    /** Says `name: what (time)` with what `work` did; nothing when it did nothing (null). */
    async step(name: string, work: () => Promise<string | null>): Promise<void> {
      const startedMs = performance.now();
      const done = await work();
      if (done !== null) write(`${name}: ${done} (${seconds(performance.now() - startedMs)})`);
    },
  };
}

export function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}

/** Writes to standard output, and goes on when nobody reads it any more (a closed terminal). */
export function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
