/** What a request holds beyond what is understood: told, not refused. Pure. */
import { WARNINGS_MAX } from '../../shared/contracts/limits.ts';

const NAME_CHARACTERS_MAX = 100;
const TOOLS = new Set(['code_interpreter', 'file_retrieval']);

/** @param at where the fields stand, such as `inputs.0.` */
export function unknownFields(body: object, known: Readonly<Record<string, unknown>>, at = ''): string[] {
  return Object.keys(body)
    .filter((name) => !Object.hasOwn(known, name))
    .map((name) => `${at}${name.slice(0, NAME_CHARACTERS_MAX)}: is not known here, and was not used.`);
}

/** Entries of `tools` that are nothing here. */
export function unknownTools(tools: unknown): string[] {
  if (!Array.isArray(tools)) return [];
  return tools.flatMap((tool: unknown, at) => {
    const type = typeof tool === 'object' && tool !== null && 'type' in tool ? tool.type : undefined;
    if (typeof type !== 'string' || TOOLS.has(type)) return [];
    return [`tools.${String(at)}: there is no tool "${type.slice(0, NAME_CHARACTERS_MAX)}" here, and it was not used.`];
  });
}

/** The first ones, and how many there are besides. */
export function boundedWarnings(warnings: readonly string[]): string[] {
  if (warnings.length <= WARNINGS_MAX) return [...warnings];
  const more = warnings.length - WARNINGS_MAX;
  return [...warnings.slice(0, WARNINGS_MAX), `and ${String(more)} more of the kind.`];
}
