/** What the queue carries to a worker: everything it needs, so that a worker needs no database. Versioned. */
import { z } from 'zod';
import { BlobSource } from './blob-source.ts';
import { FigureFormat, Isolation } from './execution.ts';
import { ExecutionId, OrganizationId } from './ids.ts';
import { Sha256 } from './input-file.ts';

/** A file that the code finds at `/mnt/data/<name>`, and where a worker gets it. */
export const JobFile = z.object({
  name: z.string(),
  sha256: Sha256,
  size_bytes: z.int().min(0),
  source: BlobSource,
});
export type JobFile = Readonly<z.infer<typeof JobFile>>;

export const ExecutionJob = z.object({
  /** 2 in jobs with files alone: a worker that knows of none leaves those to others, and takes all the rest. */
  version: z.literal([1, 2]),
  execution_id: ExecutionId,
  organization_id: OrganizationId,
  /** How often the row was dispatched; with `attempt` it fences results of older runs. */
  generation: z.int().min(1),
  code: z.string(),
  stdin: z.string(),
  timeout_ms: z.int().min(1),
  memory_mb: z.int().min(1),
  isolation: Isolation,
  /** Absent in jobs of an api that knows of no formats: then `png`. */
  figure_format: FigureFormat.optional(),
  files: z.array(JobFile).readonly().optional(),
  /** Milliseconds since 1970 at which the execution was acknowledged. */
  created_at_ms: z.number(),
  /** The span that put the job into the queue, in the form of W3C Trace Context; absent where api sends no traces. */
  traceparent: z.string().optional(),
});
export type ExecutionJob = z.infer<typeof ExecutionJob>;
