/** How runs end, as the service must tell it. */
export const OK = { reason: 'ok', code: 0, signal: null } as const;
export const EXCEPTION = { reason: 'exception', code: 1, signal: null } as const;
export const TIMED_OUT = { reason: 'timed_out', code: null, signal: 'SIGKILL' } as const;
export const OUT_OF_MEMORY = { reason: 'out_of_memory', code: null, signal: 'SIGKILL' } as const;
export const OUTPUT_LIMIT = { reason: 'output_limit', code: null, signal: 'SIGKILL' } as const;

/** A plain end with this code, without a word about an exception. */
export const exitOf = (code: number) => ({ reason: 'exit', code, signal: null }) as const;
