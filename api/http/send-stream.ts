/** Sends a content of known size as it comes; one that fails ends the connection, so that nobody takes it for whole. */
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import type { Response } from 'express';

/** Listens to the answer's end several times over, where the rest of the application does too. */
const PIPELINE_LISTENERS = 8;

/** @param open called only if the body is wanted */
export async function sendStream(res: Response, open: () => Promise<Readable>, signal: AbortSignal): Promise<void> {
  if (res.req.method === 'HEAD') {
    res.end();
    return;
  }
  const content = await open();
  res.setMaxListeners(res.getMaxListeners() + PIPELINE_LISTENERS);
  try {
    await pipeline(content, res);
  } catch (error) {
    if (!signal.aborted) throw error; // else the client left, or the server closes
  }
}
