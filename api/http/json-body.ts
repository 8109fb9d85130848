/** Reads a JSON body within its bound. */
import { isUtf8 } from 'node:buffer';
import express, { type Request, type Response } from 'express';
import { AppError } from '../../shared/contracts/errors.ts';
import { BODY_BYTES_MAX, JSON_VALUES_MAX } from '../../shared/contracts/limits.ts';
import { NOT_UTF8 } from './errors.ts';
import { hasMoreValues } from './json-scan.ts';
import { tooManyValues } from './validation.ts';

const JSON_TYPE = /^\s*application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

/** @throws AppError INVALID_JSON, UNSUPPORTED_MEDIA_TYPE, VALIDATION_ERROR; the body parser's own errors */
export function createJsonBody() {
  const parseInto = express.json({
    limit: BODY_BYTES_MAX,
    strict: false,
    type: () => true,
    // A few bytes that unpack to megabytes would cost their sender nothing.
    inflate: false,
    verify: (_req, _res, bytes, charset) => {
      assertParsable(bytes, charset);
    },
  });

  return async function readJsonBody(req: Request, res: Response): Promise<unknown> {
    if (req.headers['content-length'] === '0' || !hasBody(req)) {
      throw new AppError('INVALID_JSON', 'The body is empty: send a JSON object.');
    }
    if (!JSON_TYPE.test(req.headers['content-type'] ?? '')) {
      throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as JSON, with "Content-Type: application/json".');
    }
    await new Promise<void>((resolve, reject) => {
      parseInto(req, res, (error?: unknown) => {
        if (error === undefined) resolve();
        else reject(error instanceof Error ? error : new Error('could not read the body', { cause: error }));
      });
    });
    const body: unknown = req.body;
    if (body === undefined) throw new AppError('INVALID_JSON', 'The body is empty: send a JSON object.');
    return body;
  };
}

export type ReadJsonBody = ReturnType<typeof createJsonBody>;

/** The last look before the body is parsed. */
function assertParsable(bytes: Buffer, charset: string): void {
  if (charset !== 'utf-8') throw new AppError('UNSUPPORTED_MEDIA_TYPE', NOT_UTF8);
  // The parser would put U+FFFD in their place: the code that runs would not be the code that was sent.
  if (!isUtf8(bytes)) throw new AppError('INVALID_JSON', 'The body is not valid UTF-8.');
  if (hasMoreValues(bytes, JSON_VALUES_MAX)) throw tooManyValues();
}

function hasBody(req: Request): boolean {
  return req.headers['transfer-encoding'] !== undefined || req.headers['content-length'] !== undefined;
}
