/** One request to run code: submit it, perhaps under an idempotency key, and wait for its end if asked to. */
import type { CreateExecution } from '../../shared/contracts/execution.ts';
import { AppError } from '../../shared/contracts/errors.ts';
import type { ExecutionId, OrganizationId, ResponseId } from '../../shared/contracts/ids.ts';
import type { IdempotencyName } from '../store/idempotency-store.ts';
import type { ExecutionRow } from '../store/schema.ts';
import type { Cancellation } from './cancellation.ts';
import type { ExecutionQuotas } from './execution-quotas.ts';
import type { IdempotentSubmission } from './idempotent-submission.ts';
import type { ExecutionFiles } from './execution-files.ts';
import { newRow, type ExecutionDefaults } from './new-execution.ts';
import type { Submission } from './submission.ts';
import type { WaitOptions, Waiting } from './waiting.ts';

export type RunExecutionDeps = {
  readonly quotas: ExecutionQuotas;
  /** @throws AppError VALIDATION_ERROR */
  readonly assertCallbackUrl: (url: string | undefined) => void;
  readonly submission: Pick<Submission, 'submit'>;
  readonly idempotent: IdempotentSubmission;
  readonly waiting: Pick<Waiting, 'watch' | 'untilFinal'>;
  readonly cancellation: Pick<Cancellation, 'cancel'>;
  readonly files: Pick<ExecutionFiles, 'resolve'>;
  readonly newExecutionId: () => ExecutionId;
  readonly defaults: ExecutionDefaults;
  /** The span of the request at hand, where traces are sent. */
  readonly traceparent: () => string | undefined;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

export type RunOptions = {
  /** How long to wait for the end; 0 answers as soon as the execution is taken in. */
  readonly waitMs: number;
  readonly idempotency?: IdempotencyName | undefined;
  /** The response that has the code run. */
  readonly responseId?: ResponseId | undefined;
  /** Aborts when there is no use in waiting any more. */
  readonly signal: AbortSignal;
  readonly isClientGone: () => boolean;
  /** Told which execution the request is about, once it is taken in. */
  readonly onTaken: (id: ExecutionId) => void;
};

export type RunOutcome = {
  readonly row: ExecutionRow;
  /** Whether an earlier request of the same idempotency key made the execution. */
  readonly replayed: boolean;
};

export function createRunExecution(deps: RunExecutionDeps) {
  const { submission, idempotent, waiting, cancellation, newExecutionId, defaults, traceparent, report } = deps;

  async function take(organizationId: OrganizationId, id: ExecutionId, input: CreateExecution, options: RunOptions) {
    const { idempotency: name, responseId } = options;
    const newest = async () => {
      const admitted = await deps.quotas.admit(organizationId, input);
      const files = await deps.files.resolve(organizationId, input.files);
      return newRow({ id, organizationId, input, admitted, defaults, files, responseId, traceparent: traceparent() });
    };
    if (name === undefined) return { row: await submission.submit(organizationId, await newest()), replayed: false };
    return idempotent.submit(organizationId, { name, input }, newest);
  }

  /** The final row; undefined also when it cannot be read: the execution is taken in, and its client has to hear that. */
  async function endOf(organizationId: OrganizationId, id: ExecutionId, options: WaitOptions) {
    return waiting.untilFinal(organizationId, id, options).catch((error: unknown) => {
      report('the end of a new execution could not be read', { executionId: id, error });
      return undefined;
    });
  }

  /** For requests that want their execution stopped when their client leaves. Never rejects. */
  async function abandon(organizationId: OrganizationId, id: ExecutionId): Promise<void> {
    try {
      await cancellation.cancel(organizationId, id);
    } catch (error) {
      const ended = error instanceof AppError && error.code === 'EXECUTION_ENDED';
      if (!ended) report('an abandoned execution could not be cancelled', { executionId: id, error });
    }
  }

  return {
    async run(organizationId: OrganizationId, input: CreateExecution, options: RunOptions): Promise<RunOutcome> {
      assertOwn(organizationId, input);
      deps.assertCallbackUrl(input.callback_url);
      const { waitMs, signal, isClientGone } = options;
      const id = newExecutionId();
      const watch = waitMs > 0 ? waiting.watch(id) : undefined;
      try {
        const taken = await take(organizationId, id, input, options);
        options.onTaken(taken.row.id);
        if (watch === undefined) return taken;
        const final = await endOf(organizationId, taken.row.id, {
          timeoutMs: waitMs,
          signal,
          ...(taken.replayed ? {} : { watch, row: taken.row }),
        });
        if (final === undefined && isClientGone() && input.cancel_on_disconnect) {
          await abandon(organizationId, taken.row.id);
        }
        return { ...taken, row: final ?? taken.row };
      } finally {
        watch?.stop();
      }
    },
    abandon,
  };
}

export type RunExecution = ReturnType<typeof createRunExecution>;

function assertOwn(organizationId: OrganizationId, input: CreateExecution): void {
  if (input.organization_id === undefined || input.organization_id === organizationId) return;
  throw new AppError('ORGANIZATION_ACCESS_DENIED', 'The organization_id given is not the one of the API key.', {
    param: 'organization_id',
  });
}
