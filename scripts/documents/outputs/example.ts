/** What docs/outputs.md is made of: short programs, and what running them gave. */
import type { Execution } from '../../../shared/contracts/execution.ts';
import type { ExitReason } from '../../../shared/contracts/statuses.ts';

export type Example = {
  /** In kebab case; the files of its pictures begin with it. */
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly code: string;
  /** Of the request, beside the code. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Of the answer, beside the outputs. */
  readonly shows?: readonly ('exit' | 'stdout' | 'stderr')[];
  /** Anything else is a failure of the page. */
  readonly ends?: ExitReason;
  /** Whether the download of its first output is shown. */
  readonly isDownloaded?: boolean;
};

export type Section = { readonly title: string; readonly about: string; readonly examples: readonly Example[] };

/** An output as `GET /v1/executions/{id}/outputs/{n}` gives it. */
export type Download = { readonly headers: Headers; readonly bytes: Buffer };

export type Run = {
  readonly execution: Execution;
  /** By the place among the outputs. */
  readonly downloads: ReadonlyMap<number, Download>;
};
