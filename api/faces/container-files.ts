/** Files that the code interpreter's own entry in `tools` names, in `container.file_ids`. Pure. */
import { z } from 'zod';
import type { NamedFile } from '../services/responses/chosen-files.ts';

const WithFiles = z.looseObject({
  type: z.literal('code_interpreter'),
  container: z.looseObject({ file_ids: z.array(z.string()) }),
});

export function containerFiles(tools: unknown): NamedFile[] {
  if (!Array.isArray(tools)) return [];
  return tools.flatMap((tool: unknown, at) => {
    const entry = WithFiles.safeParse(tool);
    const ids = entry.success ? entry.data.container.file_ids : [];
    return ids.map((fileId, index) => ({
      fileId,
      param: `tools.${String(at)}.container.file_ids.${String(index)}`,
    }));
  });
}
