/** Conditional requests and ranges (RFC 9110) on a content that never changes. Pure. */
import { AppError } from '../../shared/contracts/errors.ts';

/** Both ends belong to it; they count from 0. */
export type WantedRange = { readonly first: number; readonly last: number };

/** A few of them are a client's; more would only be work. */
const RANGE_CHARACTERS_MAX = 100;
const SINGLE_RANGE = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i;

/** @param etag with its quotes */
export function isNotModified(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}

/**
 * The one range that is asked for; undefined for the whole. Several at once, other units and what is not understood
 * count as not asked, and so does a range of what has another tag by now.
 * @throws AppError RANGE_NOT_SATISFIABLE
 */
export function wantedRange(
  range: string | undefined,
  ifRange: string | undefined,
  { etag, sizeBytes }: { readonly etag: string; readonly sizeBytes: number },
): WantedRange | undefined {
  if (ifRange !== undefined && ifRange !== etag) return undefined;
  const wanted = parsedRange(range ?? '', sizeBytes);
  if (wanted === undefined) return undefined;
  if (wanted.first < sizeBytes && wanted.first <= wanted.last) return wanted;
  throw new AppError('RANGE_NOT_SATISFIABLE', `The file has ${String(sizeBytes)} bytes.`, {
    details: { size_bytes: sizeBytes },
  });
}

/** It may lie behind the end. */
function parsedRange(range: string, sizeBytes: number): WantedRange | undefined {
  const [, from = '', to = ''] = SINGLE_RANGE.exec(range.slice(0, RANGE_CHARACTERS_MAX)) ?? [];
  const end = sizeBytes - 1;
  if (from === '') return to === '' ? undefined : { first: sizeBytes - Math.min(Number(to), sizeBytes), last: end };
  if (to === '') return { first: Number(from), last: end };
  return Number(to) < Number(from) ? undefined : { first: Number(from), last: Math.min(Number(to), end) };
}
