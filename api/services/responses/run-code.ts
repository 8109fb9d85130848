/** Runs a block of code of a response like any execution: through the same queue, sandbox and quotas. */
import { AppError } from '../../../shared/contracts/errors.ts';
import { CreateExecution } from '../../../shared/contracts/execution.ts';
import type { ExecutionId, OrganizationId, ResponseId } from '../../../shared/contracts/ids.ts';
import type { AskedFile } from '../../../shared/contracts/input-file.ts';
import type { CallOutput } from '../../../shared/contracts/response-item.ts';
import { isFinal } from '../../../shared/contracts/statuses.ts';
import { pause } from '../../../shared/platform/deadline.ts';
import type { ExecutionRow } from '../../store/schema.ts';
import type { EventStreams } from '../event-streams.ts';
import { toExecution } from '../execution-view.ts';
import type { RunExecution } from '../run-execution.ts';
import { callOutputs, callStatus } from './call-outputs.ts';
import type { RanCode, RunBlock } from './run-calls.ts';

export type RunCodeDeps = {
  readonly runs: Pick<RunExecution, 'run' | 'abandon'>;
  readonly streams: Pick<EventStreams, 'openTaken'>;
  readonly report: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

export type RunCodeOptions = {
  readonly organizationId: OrganizationId;
  readonly responseId: ResponseId;
  /** Whether what the code writes is told while it runs. */
  readonly live: boolean;
  /** What every block finds at `/mnt/data`. */
  readonly files: readonly AskedFile[];
  /** The whole response takes no longer. */
  readonly timeMsMax: number;
};

/** How long the last live text may come after the end. */
const LIVE_GRACE_MS = 1_000;

export function createRunCode({ runs, streams, report }: RunCodeDeps) {
  /** Tells what the code writes until its execution is over. Never rejects. */
  async function tell(
    { organizationId, live }: RunCodeOptions,
    id: ExecutionId,
    onText: Parameters<RunBlock>[1],
    signal: AbortSignal,
  ): Promise<void> {
    if (!live) return;
    const stream = await streams.openTaken(organizationId, id, { signal, place: () => undefined });
    if (stream === undefined) return;
    try {
      for await (const event of stream.events) {
        if (event.name !== 'execution.output') continue;
        const { output } = event.data;
        if (output.type === 'text') onText(output.stream, output.text);
      }
    } catch (error) {
      report('the live output of a block could not be followed', { executionId: id, error });
    } finally {
      stream.close();
    }
  }

  /** What runs is stopped when nobody waits for it any more. */
  async function ended(organizationId: OrganizationId, row: ExecutionRow): Promise<RanCode> {
    if (isFinal(row.status)) return toRan(row);
    await runs.abandon(organizationId, row.id);
    return { executionId: row.id, status: 'incomplete', outputs: [text('cancelled: the code was stopped.')] };
  }

  return (options: RunCodeOptions): RunBlock =>
    async (code, onText, signal) => {
      const { organizationId, responseId, files, timeMsMax } = options;
      const input = CreateExecution.safeParse({ code, ...(files.length > 0 && { files }) });
      if (!input.success)
        return refused(`The code cannot be run: it ${input.error.issues[0]?.message ?? 'is not valid'}.`);
      const telling = new AbortController();
      let told: Promise<void> | undefined;
      try {
        const { row } = await runs.run(organizationId, input.data, {
          ...{ waitMs: timeMsMax, signal, responseId, isClientGone: () => false },
          onTaken: (id) => {
            told = tell(options, id, onText, telling.signal);
          },
        });
        const ran = await ended(organizationId, row);
        if (told !== undefined)
          await Promise.race([told, pause(LIVE_GRACE_MS, AbortSignal.any([signal, telling.signal]))]);
        return ran;
      } catch (error) {
        if (error instanceof AppError && error.code !== 'INTERNAL')
          return refused(`${error.code}: ${withName(error, files)}`);
        report('a block of a response could not be run', { responseId, error });
        return refused('The code could not be run: the service failed.');
      } finally {
        telling.abort(); // also the timer of the pause
      }
    };
}

export type RunCode = ReturnType<typeof createRunCode>;

function toRan(row: ExecutionRow): RanCode {
  const { outputs, exit } = toExecution(row);
  const shown = exit ?? { reason: 'cancelled', code: null, signal: null };
  return { executionId: row.id, status: callStatus(shown.reason), outputs: callOutputs({ outputs, exit: shown }) };
}

/** A model knows files by their names, not by their places in a list. */
function withName({ message, param }: AppError, files: readonly AskedFile[]): string {
  const name = files[Number(/^files\.(\d+)\./.exec(param ?? '')?.[1])]?.name;
  return name === undefined ? message : `${message} It is the file ${JSON.stringify(name)}.`;
}

/** Something for the model to read: the service took nothing in. */
function refused(message: string): RanCode {
  return { executionId: null, status: 'failed', outputs: [text(message)] };
}

function text(value: string): CallOutput {
  return { type: 'text', text: value };
}
