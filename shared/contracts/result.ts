/**
 * What a worker posts to the results stream. Versioned: api and worker of neighbouring versions must understand
 * each other, so unknown fields and outputs are dropped and not refused.
 */
import { z } from 'zod';
import { Exit, Output, Truncated, Usage } from './execution.ts';
import { ExecutionId, OrganizationId } from './ids.ts';

const run = {
  version: z.literal(1),
  execution_id: ExecutionId,
  organization_id: OrganizationId,
  generation: z.int(),
  attempt: z.int(),
  worker_id: z.string(),
  /** Its short id; absent where the code never ran, and from workers that do not tell. */
  container_id: z.string().optional(),
  started_at_ms: z.number(),
};

/** Posted only for a run that is still going after a moment; a short one is told by its result alone. */
export const RunStarted = z.object({ kind: z.literal('started'), ...run });
export type RunStarted = z.infer<typeof RunStarted>;

/** An output of a kind that this version does not know is left out, and `truncated` says so. */
export const RunFinished = z
  .object({
    kind: z.literal('finished'),
    ...run,
    finished_at_ms: z.number(),
    exit: Exit,
    outputs: z.array(Output.nullable().catch(null)),
    truncated: Truncated,
    usage: Usage,
  })
  .transform(({ outputs: told, truncated, ...rest }) => {
    const outputs = told.filter((output) => output !== null);
    return {
      ...rest,
      outputs,
      truncated: { ...truncated, outputs: truncated.outputs || outputs.length < told.length },
    };
  });
export type RunFinished = z.infer<typeof RunFinished>;

export const RunReport = z.discriminatedUnion('kind', [RunStarted, RunFinished]);
export type RunReport = z.infer<typeof RunReport>;
