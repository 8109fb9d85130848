/** How much an output holds. Pure. */
import type { Output } from './execution.ts';

/** In characters: its JSON is at least as long. */
export function charactersOf(output: Output): number {
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
