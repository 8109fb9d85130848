/** Runs the code that a step of the model asks for, and gives back what the model gets to read of it. */
import type { ExecutionId } from '../../../shared/contracts/ids.ts';
import type { CallOutput, CodeInterpreterCall } from '../../../shared/contracts/response-item.ts';
import type { CallResult, Model } from '../../models/model.ts';
import { modelReading } from './model-reading.ts';
import type { OutputRoom } from './output-room.ts';
import type { TakenStep } from './take-step.ts';

export type RanCode = {
  readonly executionId: ExecutionId | null;
  readonly status: CodeInterpreterCall['status'];
  readonly outputs: readonly CallOutput[];
};

/** Runs one block of code; what the service fails at comes back as a failed run that says why. */
export type RunBlock = (
  code: string,
  onText: (stream: 'stdout' | 'stderr', text: string) => void,
  signal: AbortSignal,
) => Promise<RanCode>;

export type RunCallsDeps = { readonly model: Pick<Model, 'takesPictures'>; readonly run: RunBlock };

export type AskedCalls = {
  readonly step: TakenStep;
  readonly room: OutputRoom;
  /** Tokens of one call's outputs that the model gets to read. */
  readonly readingTokensMax: number;
};

/**
 * All at once, as the model asked for them; the queue bounds how many run.
 * @throws the reason of `signal` when it is aborted
 */
export async function runCalls(
  { model, run }: RunCallsDeps,
  { step, room, readingTokensMax }: AskedCalls,
  signal: AbortSignal,
): Promise<CallResult[]> {
  const budget = { tokensMax: readingTokensMax, takesPictures: model.takesPictures };
  const ran = step.calls.map(async ({ callId, code, item }): Promise<CallResult> => {
    item.run(code);
    const end = await run(code, item.live, signal);
    item.end({ ...end, outputs: room.shown(end.outputs) });
    return { callId, parts: room.read(modelReading(end.outputs, budget)) };
  });
  const misread = step.malformed.map(({ callId, problem }): CallResult => ({
    callId,
    parts: [{ type: 'text', text: problem }],
  }));
  const results = await Promise.all(ran);
  signal.throwIfAborted();
  return [...results, ...misread];
}
