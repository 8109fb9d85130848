/** Parts whose head the parser cannot read: it passes over them, and tells nobody. */
import type { BusboyInstance } from '@fastify/busboy';
import { z } from 'zod';

/** The parser's own count of all parts: nothing that it offers tells as much. Uploads fail if a version has it no more. */
const Counting = z.object({ _parser: z.object({ _nparts: z.int() }) });

/** @returns whether there was such a part, once the parser has finished */
export function watchUnreadParts(parser: BusboyInstance): () => boolean {
  let readCount = 0;
  const onRead = () => {
    readCount += 1;
  };
  parser.on('file', onRead).on('field', onRead);
  return () => Counting.parse(parser)._parser._nparts > readCount;
}
