/** Names of files that stand beside each other. Pure. */
import { foldedName } from '../../../shared/contracts/input-file.ts';
import { FILE_NAME_BYTES_MAX } from '../../../shared/contracts/limits.ts';

/** In the given order: the first of a name keeps it, the next is `a (2).csv`. Case makes no difference. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  /** Where to go on for a name that came before: many of one name must not take the square of their number. */
  const next = new Map<string, number>();
  return names.map((name) => {
    const folded = foldedName(name);
    let given = name;
    let place = next.get(folded) ?? 2;
    for (; taken.has(foldedName(given)); place += 1) given = numbered(name, place);
    next.set(folded, place);
    taken.add(foldedName(given));
    return given;
  });
}

function numbered(name: string, place: number): string {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  const ending = ` (${String(place)})${extension}`;
  const room = FILE_NAME_BYTES_MAX - Buffer.byteLength(ending);
  // An extension that leaves no room is none.
  return room > 0 ? `${firstBytes(stem, room)}${ending}` : numbered(name.replaceAll('.', '_'), place);
}

/** As many whole characters as fit. */
function firstBytes(text: string, bytesMax: number): string {
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > bytesMax) return kept;
    kept += character;
  }
  return kept;
}
