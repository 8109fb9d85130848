/** How the making of a response ends, and what is told of it. Pure. */
import { AppError } from '../../../shared/contracts/errors.ts';
import { ModelError } from '../../models/model.ts';
import type { IncompleteReason, LoopEnd } from './loop.ts';
import type { ResponseFault, ResponseStatus } from './response-record.ts';

export type StopReason = 'cancelled' | 'client_gone' | 'closing' | 'time_over' | 'lost';

/** Why a response is stopped from outside: the reason its signal is aborted with. */
export class ResponseStop extends Error {
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(`the response was stopped: ${reason}`);
    this.name = 'ResponseStop';
    this.reason = reason;
  }
}

export type Outcome = { readonly status: ResponseStatus; readonly fault: ResponseFault | null };

export const RESPONSE_LOST: ResponseFault = {
  code: 'RESPONSE_LOST',
  message: 'The process that made the response ended before it; send the request again.',
};

const INCOMPLETE: Readonly<Record<IncompleteReason, string>> = {
  STEPS_EXHAUSTED: 'The model took as many steps as it may and was not done.',
  LENGTH: 'The model wrote as many tokens as it may.',
  CONTENT_FILTERED: 'The model’s provider withheld a part of the answer.',
  CODE_NOT_RUN: 'Code must run before the answer, and the model ran none, also when it was asked again.',
};

const STOPPED: Readonly<Record<StopReason, Outcome>> = {
  cancelled: { status: 'cancelled', fault: null },
  client_gone: { status: 'cancelled', fault: null },
  closing: { status: 'failed', fault: RESPONSE_LOST },
  lost: { status: 'failed', fault: RESPONSE_LOST },
  time_over: {
    status: 'incomplete',
    fault: { code: 'TIME_EXHAUSTED', message: 'The response took as long as it may and was not done.' },
  },
};

export function outcomeOf(end: LoopEnd): Outcome {
  if (end.status === 'completed') return { status: 'completed', fault: null };
  return { status: 'incomplete', fault: { code: end.reason, message: INCOMPLETE[end.reason] } };
}

export function outcomeOfError(error: unknown): Outcome {
  if (error instanceof ResponseStop) return STOPPED[error.reason];
  if (error instanceof ModelError || error instanceof AppError)
    return { status: 'failed', fault: { code: error.code, message: error.message } };
  return { status: 'failed', fault: { code: 'INTERNAL', message: 'Something went wrong on our side.' } };
}
