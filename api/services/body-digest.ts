/** Idempotency keys as requests give them, and what tells whether two of one key ask for the same. Pure. */
import { createHash } from 'node:crypto';

/** A key, where it was used, and with what. */
export type Idempotency = {
  readonly method: string;
  readonly path: string;
  readonly key: string;
  /** Of the parsed body, as `bodyDigest` makes it. */
  readonly digest: string;
};

/** Equal for parsed bodies that ask for the same, however their JSON is laid out. */
export function bodyDigest(body: unknown): string {
  return createHash('sha256').update(canonicalJson(body)).digest('hex');
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
