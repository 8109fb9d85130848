/** What logs may tell of an error. Libraries hang commands, rows and arguments on theirs: keys, code, passwords. Pure. */

/** Of an error only its name, message, stack, code and cause; of anything else its text. */
export function toldError(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : String(error);
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...('code' in error && { code: error.code }),
    ...(error.cause !== undefined && { cause: toldError(error.cause) }),
  };
}

/** The same for an object that may hold errors, one level deep. */
export function toldDetail(detail: unknown): unknown {
  if (detail instanceof Error) return toldError(detail);
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) return detail;
  return Object.fromEntries(
    Object.entries(detail).map(([name, value]: [string, unknown]) => [
      name,
      value instanceof Error ? toldError(value) : value,
    ]),
  );
}
