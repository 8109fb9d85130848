/** Ends uploads that stall, take too long or have too many bytes. */
import type { IncomingMessage } from 'node:http';
import { AppError } from '../../shared/contracts/errors.ts';
import { UPLOAD_MS_MAX, UPLOAD_STALL_BYTES_MIN, UPLOAD_STALL_MS_MAX } from '../../shared/contracts/limits.ts';
import { tooLarge } from './upload-refusals.ts';

export type UploadClock = {
  /** An upload of which next to nothing arrives for so long is ended. */
  readonly stallMs: number;
  /** So is one that takes longer than this altogether. */
  readonly wholeMs: number;
};

export const UPLOAD_CLOCK: UploadClock = { stallMs: UPLOAD_STALL_MS_MAX, wholeMs: UPLOAD_MS_MAX };

const CHECKS_PER_STALL = 20;

type Bounds = UploadClock & { readonly bytesMax: number };

/** Ends what stalls, takes too long or has too many bytes. @returns what ends the watch */
export function watchUpload(
  req: IncomingMessage,
  { stallMs, wholeMs, bytesMax }: Bounds,
  fail: (error: AppError) => void,
) {
  const startedMs = performance.now();
  let movedMs = startedMs;
  let bytesThen = 0;
  let bytes = 0;
  const onData = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes - bytesThen >= UPLOAD_STALL_BYTES_MIN) [movedMs, bytesThen] = [performance.now(), bytes];
    if (bytes > bytesMax) fail(tooLarge(bytesMax));
  };
  const timer = setInterval(() => {
    const nowMs = performance.now();
    if (nowMs - movedMs > stallMs) fail(new AppError('REQUEST_TIMEOUT', 'The upload has stalled.'));
    else if (nowMs - startedMs > wholeMs) fail(new AppError('REQUEST_TIMEOUT', 'The upload takes too long.'));
  }, stallMs / CHECKS_PER_STALL);
  req.on('data', onData);
  return () => {
    clearInterval(timer);
    req.off('data', onData);
  };
}
