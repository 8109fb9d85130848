/**
 * Reads an upload: `multipart/form-data` (RFC 7578), file by file as it comes, never whole in memory. What is wrong
 * with it is told at once; its first cause wins.
 */
import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyConfig, type BusboyInstance } from '@fastify/busboy';
import { AppError } from '../../shared/contracts/errors.ts';
import {
  FILE_BYTES_MAX,
  UPLOAD_FIELD_BYTES_MAX,
  UPLOAD_FIELDS_MAX,
  UPLOAD_OVERHEAD_BYTES_MAX,
  UPLOAD_PART_HEADER_BYTES_MAX,
} from '../../shared/contracts/limits.ts';
import { takeBodyTime } from './request-clock.ts';
import { watchUnreadParts } from './unread-parts.ts';
import { takeFields, takeFiles, type Taking, type UploadedFile, type UploadShape } from './upload-parts.ts';
import { broken, invalid, tooLarge } from './upload-refusals.ts';
import { UPLOAD_CLOCK, watchUpload, type UploadClock } from './upload-watch.ts';

/** Resolves with the text fields once the body has ended well and every file was taken. */
export type ReadUpload = (
  shape: UploadShape,
  onFile: (file: UploadedFile) => Promise<void>,
) => Promise<Readonly<Record<string, string>>>;

const HEADERS_PER_PART_MAX = 16;
/** What one part's parser holds before the client is told to wait. */
const BUFFERED_BYTES = 256 * 1024;

/** @throws AppError UNSUPPORTED_MEDIA_TYPE, INVALID_MULTIPART, PAYLOAD_TOO_LARGE, VALIDATION_ERROR, REQUEST_TIMEOUT */
export function createUploadReader(req: IncomingMessage, clock = UPLOAD_CLOCK): ReadUpload {
  return async (shape, onFile) => {
    takeBodyTime(req);
    return readParts({ req, shape, onFile, clock, parser: openParser(req, shape) });
  };
}

/** The most that a body with so many bytes of files may have. */
export function bodyBytesMax(fileBytes: number): number {
  return fileBytes + UPLOAD_OVERHEAD_BYTES_MAX;
}

function openParser({ headers }: IncomingMessage, { fileFields, bytesMax }: UploadShape): BusboyInstance {
  const type = headers['content-type'] ?? '';
  if (!/^multipart\/form-data\s*;/i.test(type) || headers['content-encoding'] !== undefined) {
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Send files as "multipart/form-data", not compressed.');
  }
  if (Number(headers['content-length'] ?? 0) > bytesMax) throw tooLarge(bytesMax);
  const filesMax = sumOf(Object.values(fileFields));
  const config: BusboyConfig = {
    headers: { ...headers, 'content-type': type },
    // A name with a path in it is refused, not cut down to its end.
    preservePath: true,
    highWaterMark: BUFFERED_BYTES,
    fileHwm: BUFFERED_BYTES,
    isPartAFile: (field, _type, name) => name !== undefined || Object.hasOwn(fileFields, field ?? ''),
    limits: {
      fileSize: FILE_BYTES_MAX,
      files: filesMax,
      fields: UPLOAD_FIELDS_MAX,
      parts: filesMax + UPLOAD_FIELDS_MAX,
      fieldSize: UPLOAD_FIELD_BYTES_MAX,
      headerPairs: HEADERS_PER_PART_MAX,
      headerSize: UPLOAD_PART_HEADER_BYTES_MAX,
    },
  };
  try {
    return new Busboy(config);
  } catch (cause) {
    throw broken('names no boundary', cause);
  }
}

type Reading = Taking & { readonly req: IncomingMessage; readonly clock: UploadClock };

async function readParts(reading: Reading): Promise<Readonly<Record<string, string>>> {
  const { req, parser, shape, clock } = reading;
  const failure = new AbortController();
  const fail = (error: unknown) => {
    failure.abort(error);
  };
  const fields = takeFields(parser, fail);
  const files = takeFiles(reading, fail);
  const hasUnreadPart = watchUnreadParts(parser);
  const stopClock = watchUpload(req, { ...clock, bytesMax: shape.bytesMax }, fail);
  const onBrokenOff = () => {
    if (!req.complete) fail(broken('ended too early'));
  };
  req.once('close', onBrokenOff).once('error', onBrokenOff);
  try {
    // Whoever went before this listened is not told of again.
    if (req.destroyed) fail(broken('ended too early'));
    failure.signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      failure.signal.addEventListener('abort', () => {
        reject(reasonOf(failure.signal));
      });
      parser.once('finish', resolve).on('error', (cause) => {
        fail(broken('is not what its boundary says, or ended too early', cause));
      });
      req.pipe(parser);
    });
    if (hasUnreadPart())
      fail(invalid('file', 'came with a head that cannot be read, or with a line break in its name'));
    await files.taken();
    failure.signal.throwIfAborted();
    return Object.fromEntries(fields);
  } catch (error) {
    req.unpipe(parser);
    files.breakOff(reasonOf(failure.signal));
    await files.taken(); // nothing of it may be stored once the answer is out
    throw failure.signal.aborted ? failure.signal.reason : error;
  } finally {
    stopClock();
    req.off('close', onBrokenOff).off('error', onBrokenOff);
    parser.destroy();
  }
}

function reasonOf({ reason }: AbortSignal): Error {
  const cause: unknown = reason;
  return cause instanceof Error ? cause : new Error('the upload was broken off', { cause });
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
