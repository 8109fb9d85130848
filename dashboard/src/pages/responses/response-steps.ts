/** A response step by step: what was written in each, what it took, and what is not known of any. Pure. */
import type {
  ModelStep,
  OperatorResponse,
  OperatorResponseSummary,
  ResponseRun,
} from '../../../../shared/contracts/operator-response.ts';
import type { ResponseItem } from '../../../../shared/contracts/response-item.ts';

export type ShownStep = {
  /** From 1. */
  readonly number: number;
  readonly took: ModelStep;
  /** Of its code, as far as its executions are kept. */
  readonly runs: readonly ResponseRun[];
};

export type ShownSteps = {
  readonly steps: readonly ShownStep[];
  /** Of no step that has ended: one runs just now, or the steps were not kept. */
  readonly otherRuns: readonly ResponseRun[];
};

export type ConversationEntry =
  | { readonly type: 'step'; readonly number: number; readonly took: ModelStep }
  | { readonly type: 'item'; readonly item: ResponseItem };

type Told = Pick<OperatorResponse, 'output' | 'model_steps' | 'runs'>;
type Ended = Pick<OperatorResponseSummary, 'created_at' | 'completed_at'>;

export function isOpen({ status }: Pick<OperatorResponseSummary, 'status'>): boolean {
  return status === 'queued' || status === 'in_progress';
}

/** From the request to the end, in milliseconds; null before the end. */
export function tookMs({ created_at: createdAt, completed_at: completedAt }: Ended): number | null {
  return completedAt === null ? null : between(createdAt, completedAt);
}

/** From the request until somebody made it, in milliseconds; null while it waits. */
export function waitedMs(
  response: Pick<OperatorResponseSummary, 'created_at' | 'started_at' | 'completed_at'>,
): number | null {
  const until = response.started_at ?? response.completed_at;
  return until === null ? null : between(response.created_at, until);
}

export function stepsOf({ output, model_steps: modelSteps, runs }: Told): ShownSteps {
  const executionOf = new Map(output.map((item) => [item.id, 'execution_id' in item ? item.execution_id : null]));
  const runOf = new Map<string | null | undefined, ResponseRun>(runs.map((run) => [run.execution_id, run]));
  const steps = modelSteps.map((took, at) => ({
    ...{ number: at + 1, took },
    runs: took.item_ids.flatMap((id) => runOf.get(executionOf.get(id)) ?? []),
  }));
  const known = new Set(steps.flatMap((step) => step.runs));
  return { steps, otherRuns: runs.filter((run) => !known.has(run)) };
}

/** The output in its order, with each step before what was written in it. */
export function conversationOf({ output, model_steps: steps }: Omit<Told, 'runs'>): readonly ConversationEntry[] {
  const numberOf = new Map(steps.flatMap(({ item_ids: ids }, at) => ids.map((id) => [id, at + 1])));
  const entries: ConversationEntry[] = [];
  let told = 0;
  /** A step in which nothing was written stands before the next. */
  const tellTo = (number: number) => {
    for (const [at, took] of steps.slice(0, number).entries())
      if (at >= told) entries.push({ type: 'step', number: at + 1, took });
    told = Math.max(told, number);
  };
  for (const item of output) {
    tellTo(numberOf.get(item.id) ?? 0);
    entries.push({ type: 'item', item });
  }
  tellTo(steps.length);
  return entries;
}

function between(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from));
}
