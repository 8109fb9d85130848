/**
 * Everything an organization can influence, with its bound. A name ends in its unit.
 * What an operator may change stands in `api/config.ts` or `worker/config.ts` with these as defaults.
 */
const KIB = 1024;
const MIB = 1024 * KIB;

/** Python source of one execution, in UTF-8. */
export const CODE_BYTES_MAX = 256 * KIB;
/** What `input()` and `sys.stdin` can read, in UTF-8. */
export const STDIN_BYTES_MAX = 1 * MIB;
/** A request's body: code and stdin at their limits still fit when JSON escapes a part of them. */
export const BODY_BYTES_MAX = 4 * MIB;
/** Nesting of a request's JSON body. */
export const JSON_DEPTH_MAX = 16;
/** Values in a request's JSON body, nested ones and the body itself included: far more than the API has fields. */
export const JSON_VALUES_MAX = 1_000;

/** Wall-clock time of one execution; a request may ask for less, never for more. */
export const TIMEOUT_MS_MAX = 30_000;
export const TIMEOUT_MS_MIN = 1;

/** Memory of a sandbox. A request that asks for another size gets a container of its own. */
export const MEMORY_MIB_DEFAULT = 512;
/** Below this the interpreter and its packages do not fit. */
export const MEMORY_MIB_MIN = 128;
export const MEMORY_MIB_MAX = 2_048;

export const CPU_COUNT = 1;
export const PROCESSES_MAX = 64;
export const OPEN_FILES_MAX = 1_024;

/** stdout and stderr together; what follows is cut and `truncated` is set. */
export const TEXT_BYTES_MAX = 1 * MIB;
/** Results, displays, files and errors together, as JSON. */
export const OUTPUTS_BYTES_MAX = 8 * MIB;
/** Ordered outputs of one execution; neighbouring texts of one stream count as one. */
export const OUTPUTS_COUNT_MAX = 10_000;
/** Files that one execution may attach to its outputs. */
export const FILES_COUNT_MAX = 20;
/** Name of an attached file, in UTF-8: what common file systems hold. */
export const FILE_NAME_BYTES_MAX = 255;
/** A program that writes more than this is stopped with `output_limit`. */
export const FLOOD_BYTES_MAX = 64 * MIB;

export const METADATA_KEYS_MAX = 16;
export const METADATA_KEY_CHARACTERS_MAX = 64;
export const METADATA_VALUE_CHARACTERS_MAX = 512;

export const IDEMPOTENCY_KEY_CHARACTERS_MAX = 255;
export const IDEMPOTENCY_KEPT_HOURS = 24;

export const PAGE_SIZE_DEFAULT = 20;
export const PAGE_SIZE_MAX = 100;
export const WAIT_SECONDS_MAX = 60;

export const QUEUED_PER_ORGANIZATION_MAX = 10_000;
export const QUEUED_BYTES_PER_ORGANIZATION_MAX = 256 * MIB;
export const EVENT_STREAMS_PER_ORGANIZATION_MAX = 100;
/** Requests of one organization under way on one api process, event streams included. */
export const REQUESTS_AT_ONCE_PER_ORGANIZATION_MAX = 200;
