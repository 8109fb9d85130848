/** A failure that the person at the terminal can act on: shown as its sentence alone, without a stack. */
export class Sentence extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'Sentence';
  }
}

/** What to show of a failure: the sentence of one that is understood, everything of one that is not. */
export function explain(error: unknown): string {
  if (error instanceof Sentence) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The code of a system or library error, such as `ENOENT`; undefined for what has none. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
