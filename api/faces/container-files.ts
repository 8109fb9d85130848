/** Files that the code interpreter's own entries in `tools` name, in `container.file_ids`, on either face. Pure. */
import { z } from 'zod';
import type { NamedFile } from '../services/responses/chosen-files.ts';
import { unknownFields } from './unknown-fields.ts';

export type ReadContainers = {
  readonly fileIds: readonly NamedFile[];
  /** Whether an entry asks for a container that is made for it. */
  readonly isAuto: boolean;
  readonly warnings: readonly string[];
};

const Entry = z.looseObject({ type: z.literal('code_interpreter'), container: z.unknown() });
/** There is no container that could be named, or be larger: every block of code runs in a sandbox of its own. */
const AutoContainer = z.looseObject({
  type: z.literal('auto').optional(),
  file_ids: z.array(z.string()).nullish(),
  network_policy: z.looseObject({ type: z.literal('disabled') }).nullish(),
});

export function readContainers(tools: unknown): ReadContainers {
  const entries: readonly unknown[] = Array.isArray(tools) ? tools : [];
  const read = entries.map((tool, at) => {
    const entry = Entry.safeParse(tool);
    return readContainer(entry.success ? entry.data.container : undefined, `tools.${String(at)}.container`);
  });
  return {
    fileIds: read.flatMap((one) => one.fileIds),
    isAuto: read.some((one) => one.isAuto),
    warnings: read.flatMap((one) => one.warnings),
  };
}

function readContainer(given: unknown, at: string): ReadContainers {
  if (given === undefined || given === null) return { fileIds: [], isAuto: false, warnings: [] };
  const auto = AutoContainer.safeParse(given);
  if (!auto.success)
    return {
      ...{ fileIds: [], isAuto: false },
      warnings: [`${at}: only {"type":"auto"} is known here, and it was not used.`],
    };
  return {
    fileIds: (auto.data.file_ids ?? []).map((fileId, index) => ({ fileId, param: `${at}.file_ids.${String(index)}` })),
    isAuto: true,
    warnings: unknownFields(auto.data, AutoContainer.shape, `${at}.`),
  };
}
