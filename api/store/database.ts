/** The connection pool and the translation of its failures. */
import { Kysely, PostgresDialect } from 'kysely';
import { DatabaseError, Pool } from 'pg';
import { AppError } from '../../shared/contracts/errors.ts';
import { preparing } from './prepared-pool.ts';
import type { Schema } from './schema.ts';

export type Db = Kysely<Schema>;

/** No statement of a request is worth waiting longer for. */
const STATEMENT_TIMEOUT_MS = 5_000;
/** The client gives up a little after the server should have: a frozen server never answers. */
const QUERY_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 1_000;
const CONNECT_TIMEOUT_MS = 2_000;
const CONNECTIONS_MAX_DEFAULT = 16;
const RETRY_AFTER_SECONDS = 1;

export type DatabaseOptions = {
  readonly url: string;
  readonly connectionsMax?: number;
  /** Off where a pooler hands every transaction another connection. */
  readonly prepare?: boolean;
  /** Without time limits: a migration may rewrite a large table. */
  readonly unhurried?: boolean;
  /** Told of connections that broke while idle; the pool replaces them by itself. */
  readonly report: (error: unknown) => void;
};

export function openDatabase({ url, connectionsMax, prepare = true, unhurried = false, report }: DatabaseOptions) {
  const pool = new Pool({
    connectionString: url,
    max: connectionsMax ?? CONNECTIONS_MAX_DEFAULT,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    ...(!unhurried && { statement_timeout: STATEMENT_TIMEOUT_MS, query_timeout: QUERY_TIMEOUT_MS }),
    idleTimeoutMillis: 30_000,
    application_name: 'code-interpreter-api',
  });
  pool.on('error', report);
  // The pool listens to idle clients only; one that is cut inside a transaction would end the process.
  pool.on('connect', (client) => {
    client.on('error', report);
  });
  const db: Db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: prepare ? preparing(pool) : pool }) });
  return { db, close: () => db.destroy() };
}

/** Runs a query and makes one `AppError` of everything that says "the database cannot serve now". */
export async function orDatabaseError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw toAppError(cause);
  }
}

/** Whether the statement itself is at fault and will fail again, as with a value that a column cannot hold. */
export function isDataError(error: unknown): boolean {
  const cause = error instanceof AppError ? error.cause : error;
  return cause instanceof DatabaseError && /^(22|23)/.test(cause.code ?? '');
}

const UNAVAILABLE_STATES = /^(08|53|57|58|40)/; // connection, resources, operator intervention, system, rollback
const UNAVAILABLE_MESSAGES = /timeout|terminated|Connection|Cannot use a pool|ECONN|ENOENT|ENOTFOUND|EPIPE/i;
const FULL_STATES = new Set(['53100', '53400']);

export function toAppError(cause: unknown): unknown {
  if (cause instanceof AppError || !(cause instanceof Error)) return cause;
  const state = cause instanceof DatabaseError ? (cause.code ?? '') : '';
  if (FULL_STATES.has(state) || /No space left on device/i.test(cause.message)) {
    return new AppError(
      'STORAGE_FULL',
      'The disk of the database is full: nothing new can be stored until there is space.',
      {
        retryAfterSeconds: 60,
        cause,
      },
    );
  }
  const unavailable = state === '' ? isConnectionFailure(cause) : UNAVAILABLE_STATES.test(state) || state === '25006';
  if (!unavailable) return cause;
  return new AppError('DATABASE_UNAVAILABLE', 'The database does not answer at the moment; try again shortly.', {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    cause,
  });
}

function isConnectionFailure(error: Error): boolean {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return UNAVAILABLE_MESSAGES.test(`${code} ${error.message}`);
}
