/** Sends a content of known size as it comes; one that fails ends the connection, so that nobody takes it for whole. */
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import type { Response } from 'express';

/** Listens to the answer's end several times over, where the rest of the application does too. */
const PIPELINE_LISTENERS = 8;

export type SentStream = {
  /** Called only if the body is wanted. */
  readonly open: () => Promise<Readable>;
  /** Called once it is open: what is refused until then is answered as any other refusal. */
  readonly writeHead: () => void;
};

/** @throws whatever `open` does */
export async function sendStream(res: Response, { open, writeHead }: SentStream, signal: AbortSignal): Promise<void> {
  if (res.req.method === 'HEAD') {
    writeHead();
    res.end();
    return;
  }
  const content = await open();
  writeHead();
  res.setMaxListeners(res.getMaxListeners() + PIPELINE_LISTENERS);
  try {
    await pipeline(content, res);
  } catch (error) {
    if (!signal.aborted) throw error; // else the client left, or the server closes
  }
}
