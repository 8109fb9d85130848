/** What a file that code attached may be called, and what it may say of its content. Pure. */
import { FILE_NAME_BYTES_MAX } from './limits.ts';

/**
 * Separators of paths; what ends a line or a header; marks that turn the reading direction, behind which `cod.exe`
 * reads as `exe.doc`.
 */
const NOT_IN_A_NAME = /[/\\\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** `type/subtype` in lower case, without parameters. */
const MEDIA_TYPE = /^[a-z]+\/[a-z0-9.+-]{1,80}$/;

/** Whether it names a file and nothing else: no path, and nothing that a header or a terminal would act on. */
export function isFileName(name: string): boolean {
  const bytes = new TextEncoder().encode(name).length;
  if (bytes < 1 || bytes > FILE_NAME_BYTES_MAX || !name.isWellFormed()) return false;
  return name !== '.' && name !== '..' && !NOT_IN_A_NAME.test(name);
}

export function isMediaType(text: string): boolean {
  return MEDIA_TYPE.test(text);
}
