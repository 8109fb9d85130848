/** How much an output holds. Pure. */
import { isPacked, type PostedOutput } from './packed-json.ts';

/** In characters, or in bytes of JSON where a bundle is packed: its JSON is at least as long. Of a file the base64. */
export function charactersOf(output: PostedOutput): number {
  if (isPacked(output)) return output.type === 'file' ? output.content.length : output.data.length;
  switch (output.type) {
    case 'text':
      return output.text.length;
    case 'error':
      return output.traceback.length + output.value.length;
    case 'file':
      return output.content_base64.length;
    case 'result':
    case 'display':
      return Object.values(output.data).reduce((sum, representation) => sum + representation.length, 0);
  }
}
