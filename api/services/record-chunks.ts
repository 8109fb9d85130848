/** Splits results so that one statement never carries more than the database takes in a moment. Pure. */
import type { RunFinished } from '../../shared/contracts/result.ts';
import { charactersOf } from '../../shared/contracts/output-size.ts';

/** Far below what the statement time-out allows. One result may be larger by itself. */
const CHUNK_CHARACTERS_MAX = 8 * 1024 * 1024;

const sizeOf = ({ outputs }: RunFinished): number => outputs.reduce((sum, output) => sum + charactersOf(output), 0);

/** The reports in their order, in chunks that are small, or of one. */
export function toChunks(reports: readonly RunFinished[], charactersMax = CHUNK_CHARACTERS_MAX): RunFinished[][] {
  const chunks: RunFinished[][] = [];
  let room = 0;
  for (const report of reports) {
    const size = sizeOf(report);
    const last = chunks.at(-1);
    if (last !== undefined && size <= room) {
      last.push(report);
      room -= size;
    } else {
      chunks.push([report]);
      room = charactersMax - size;
    }
  }
  return chunks;
}
