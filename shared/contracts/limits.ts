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

/** Messages that one request for a response may carry, and parts of one message. */
export const RESPONSE_MESSAGES_MAX = 200;
export const MESSAGE_PARTS_MAX = 64;
/** Texts of one request for a response together, its instructions included. */
export const RESPONSE_INPUT_BYTES_MAX = 1 * MIB;
/** What is carried over from earlier responses of a conversation, as it is stored; older ones are left out. */
export const HISTORY_BYTES_MAX = 1 * MIB;
export const HISTORY_RESPONSES_MAX = 100;
/** Steps of a model in one response. */
export const RESPONSE_STEPS_DEFAULT = 10;
export const RESPONSE_STEPS_MAX = 50;
/** Blocks of code that a model may ask for in one step; the rest are not run, and it is told so. */
export const CALLS_PER_STEP_MAX = 16;
/** Responses of an organization in the background that have not ended. */
export const BACKGROUND_RESPONSES_MAX = 100;
/** Those of them that are made at a time, over all api processes. */
export const BACKGROUND_RESPONSES_RUNNING_MAX = 5;
/** Responses of an organization that clients wait for at a time, on one api process. */
export const WAITED_RESPONSES_MAX = 200;
export const RESPONSE_SECONDS_DEFAULT = 600;
export const RESPONSE_SECONDS_MAX = 3_600;
export const RESPONSE_TOOLS_MAX = 64;
/** Tokens that one step may write. */
export const OUTPUT_TOKENS_MAX = 1_000_000;
/** Tokens of one call's outputs that a model gets to read. */
export const READING_TOKENS_MAX = 8_000;
/** Pictures in base64 that a model gets to read in one response, those of its conversation included. */
export const READING_PICTURE_CHARACTERS_MAX = 16 * MIB;
/** Outputs that one response shows, all calls together; the rest stays with the executions. */
export const RESPONSE_OUTPUT_CHARACTERS_MAX = 64 * MIB;
export const MODEL_NAME_CHARACTERS_MAX = 128;
export const THREAD_ID_CHARACTERS_MAX = 128;
/** Things that were not understood and are told; the rest is counted. */
export const WARNINGS_MAX = 20;

export const ASSISTANTS_PER_ORGANIZATION_MAX = 1_000;
export const ASSISTANT_NAME_CHARACTERS_MAX = 200;
export const ASSISTANT_INSTRUCTIONS_BYTES_MAX = 256 * KIB;
export const ASSISTANT_FILES_MAX = 20;
/** One uploaded file. */
export const FILE_BYTES_MAX = 100 * MIB;
/** Files of one upload, and their content together with all that is around it in the body. */
export const UPLOAD_FILES_MAX = 20;
export const UPLOAD_BYTES_MAX = 200 * MIB;
/** Text fields of one upload, and the value of each. */
export const UPLOAD_FIELDS_MAX = 8;
export const UPLOAD_FIELD_BYTES_MAX = 1 * KIB;
/** Headers of one part of an upload; a file's name of full length fits also when it is written in escapes. */
export const UPLOAD_PART_HEADER_BYTES_MAX = 4 * KIB;
/** What may stand around the content of an upload's files: boundaries, headers, fields. */
export const UPLOAD_OVERHEAD_BYTES_MAX = 256 * KIB;
/** An upload of which fewer bytes arrive in so long a time is ended; so is one that takes longer altogether. */
export const UPLOAD_STALL_MS_MAX = 20_000;
export const UPLOAD_STALL_BYTES_MIN = 64 * KIB;
export const UPLOAD_MS_MAX = 900_000;
/** Uploads of one organization under way on one api process, and of all. */
export const UPLOADS_AT_ONCE_PER_ORGANIZATION_MAX = 4;
export const UPLOADS_AT_ONCE_MAX = 32;
export const FILES_PER_ORGANIZATION_MAX = 100_000;
export const FILE_SEARCH_CHARACTERS_MAX = 255;
/** Pages that can be asked for by number; deeper ones are reached by narrowing the search. */
export const PAGE_NUMBER_MAX = 1_000;

/** Files that one execution may be given, and their content together. */
export const INPUT_FILES_COUNT_MAX = 20;
export const INPUT_FILES_BYTES_MAX = 200 * MIB;

/** Pictures among an organization's files that a model looks at in one response, and their content together. */
export const PICTURE_FILES_COUNT_MAX = 8;
export const PICTURE_FILES_BYTES_MAX = 4 * MIB;

export const METADATA_KEYS_MAX = 16;
export const METADATA_KEY_CHARACTERS_MAX = 64;
export const METADATA_VALUE_CHARACTERS_MAX = 512;

export const IDEMPOTENCY_KEY_CHARACTERS_MAX = 255;
export const IDEMPOTENCY_KEPT_HOURS = 24;

/** Hours, and days, that one look at the usage may span. */
export const USAGE_HOURS_MAX = 31 * 24;
export const USAGE_DAYS_MAX = 366;

/** Text that operators look for in code; shorter ones are in nearly every code. */
export const CODE_SEARCH_CHARACTERS_MIN = 3;
export const CODE_SEARCH_CHARACTERS_MAX = 200;
/** How much of a code is looked through, from its beginning. */
export const CODE_SEARCHED_CHARACTERS = 16_384;

export const PAGE_SIZE_DEFAULT = 20;
export const PAGE_SIZE_MAX = 100;
export const WAIT_SECONDS_MAX = 60;

export const QUEUED_PER_ORGANIZATION_MAX = 10_000;
export const QUEUED_BYTES_PER_ORGANIZATION_MAX = 256 * MIB;
export const ORGANIZATION_NAME_CHARACTERS_MAX = 200;
export const API_KEY_NAME_CHARACTERS_MAX = 100;
/** Valid keys of one organization. */
export const API_KEYS_PER_ORGANIZATION_MAX = 100;
/** Revoked and expired keys of one organization that lists still show, the newest. */
export const API_KEYS_ENDED_KEPT = 100;
export const API_KEY_LIFETIME_DAYS_MAX = 3_650;
/** How long a key may live on after it was rotated. */
export const API_KEY_OVERLAP_SECONDS_MAX = 7 * 24 * 3_600;
/** What an organization's own keys change of its keys and webhooks, and try to: each is written down for ever. */
export const CHANGES_PER_HOUR_MAX = 300;
/** Content of the files that one organization stores. */
export const STORAGE_BYTES_PER_ORGANIZATION_MAX = 10 * 1024 * MIB;
export const EVENT_STREAMS_PER_ORGANIZATION_MAX = 100;
/** Requests of one organization under way on one api process, event streams included. */
export const REQUESTS_AT_ONCE_PER_ORGANIZATION_MAX = 200;

/** Operators' accounts. */
export const ACCOUNTS_MAX = 1_000;
export const ACCOUNT_NAME_CHARACTERS_MAX = 64;
/** NIST SP 800-63B-4 asks for 8 at least, and for 15 where nothing else is asked for; nothing is said of kinds of characters. */
export const PASSWORD_CHARACTERS_MIN = 12;
export const PASSWORD_CHARACTERS_MAX = 256;
/** Browsers in which one account is logged in; the oldest one is logged out. */
export const SESSIONS_PER_ACCOUNT_MAX = 20;
/** A session that is not used, and one that is. */
export const SESSION_IDLE_SECONDS_MAX = 12 * 3_600;
export const SESSION_SECONDS_MAX = 7 * 24 * 3_600;
/** Failed log-ins to one account from one address, or one IPv6 network, and the time in which they count. */
export const FAILED_LOGINS_MAX = 10;
export const FAILED_LOGINS_SECONDS = 15 * 60;
/** Log-ins of which one process compares the passwords at a time, and that wait for that: each costs 19 MiB and a thread. */
export const LOGINS_AT_ONCE_MAX = 2;
export const LOGINS_WAITING_MAX = 64;
/** How long at most an answer that goes on, such as events, outlasts the session of who asked for it. */
export const ADMISSION_CHECK_MS = 5_000;

/** URL that results are posted to. */
export const WEBHOOK_URL_CHARACTERS_MAX = 2_048;
export const WEBHOOK_ENDPOINTS_PER_ORGANIZATION_MAX = 20;
export const WEBHOOK_DESCRIPTION_CHARACTERS_MAX = 256;
/** What is posted; a larger event goes without outputs. */
export const WEBHOOK_BODY_BYTES_MAX = 256 * KIB;
/** How much of a receiver's answer is read. */
export const WEBHOOK_ANSWER_BYTES_MAX = 64 * KIB;
/** How much of it is kept for the log. */
export const WEBHOOK_EXCERPT_CHARACTERS_MAX = 1_024;
/** Ended attempts that the log keeps of a delivery: as many as a day of retries has. */
export const WEBHOOK_ATTEMPTS_KEPT_MAX = 13;
/** How long an old secret may go on signing beside its successor. */
export const WEBHOOK_OVERLAP_SECONDS_MAX = 604_800;
export const WEBHOOK_OVERLAP_SECONDS_DEFAULT = 86_400;
