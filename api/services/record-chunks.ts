/** Splits results so that one statement never carries more than the database takes in a moment. Pure. */
import type { RunFinished } from '../../shared/contracts/result.ts';
import type { Output } from '../../shared/contracts/execution.ts';

/** Far below what the statement time-out allows. One result may be larger by itself. */
const CHUNK_CHARACTERS_MAX = 8 * 1024 * 1024;

function sizeOfOutput(output: Output): number {
  switch (output.type) {
    case 'text':
      return output.text.length;
    case 'error':
      return output.traceback.length + output.value.length;
    case 'result':
    case 'display':
      return Object.values(output.data).reduce((sum, representation) => sum + representation.length, 0);
  }
}

const sizeOf = ({ outputs }: RunFinished): number => outputs.reduce((sum, output) => sum + sizeOfOutput(output), 0);

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
