/** `POST /v1/executions`: run code, and answer at once, at its end, or as it goes. */
import { z } from 'zod';
import { CreateExecution, Execution } from '../../shared/contracts/execution.ts';
import { isFinal } from '../../shared/contracts/statuses.ts';
import { WAIT_SECONDS_MAX } from '../../shared/contracts/limits.ts';
import { defineRoute, json, type Answer, type Call, type Headers, type Route } from '../http/define-route.ts';
import { idempotencyKeyOf, preferredWaitSeconds, wantsEvents } from '../http/preferences.ts';
import type { EventStreams } from '../services/event-streams.ts';
import { toExecution } from '../services/execution-view.ts';
import type { RunExecution, RunOptions, RunOutcome } from '../services/run-execution.ts';
import { EVENTS_DESCRIPTION, queryNumber } from './answers.ts';

const PATH = '/v1/executions';

const WaitQuery = z.strictObject({
  wait: queryNumber(0, WAIT_SECONDS_MAX)
    .optional()
    .describe('Seconds to wait for the end; like `Prefer: wait=N`, and before it.'),
});

type Deps = {
  readonly runs: Pick<RunExecution, 'run' | 'abandon'>;
  readonly streams: Pick<EventStreams, 'reserve' | 'openTaken'>;
};

type CreateCall = Call<CreateExecution, z.infer<typeof WaitQuery>, unknown>;

export function createExecutionRoute({ runs, streams }: Deps): Route {
  async function runAndWait(call: CreateCall): Promise<Answer> {
    const { organizationId, body, query, header } = call;
    const preferred = preferredWaitSeconds(header('prefer'));
    const waitSeconds = query.wait ?? preferred ?? 0;
    const outcome = await runs.run(organizationId, body, optionsOf(call, waitSeconds));
    return answerWithState(outcome, waitSeconds > 0, query.wait === undefined ? preferred : undefined);
  }

  async function runAndStream(call: CreateCall): Promise<Answer> {
    const { organizationId, body, signal, isClientGone } = call;
    const options = optionsOf(call, 0);
    // Before the execution is taken in: afterwards nothing may be refused.
    const place = streams.reserve(organizationId);
    const outcome = await runs.run(organizationId, body, options).catch((error: unknown) => {
      place();
      throw error;
    });
    const { row, replayed } = outcome;
    const stream = await streams.openTaken(organizationId, row.id, { signal, place });
    if (stream === undefined) return answerWithState(outcome, false, undefined);
    return {
      kind: 'events',
      events: stream.events,
      headers: { ...locationOf(row.id), ...replayedHeader(replayed) },
      onEnd() {
        stream.close();
        if (isClientGone() && body.cancel_on_disconnect) void runs.abandon(organizationId, row.id); // never rejects
      },
    };
  }

  return defineRoute({
    scope: 'executions',
    method: 'post',
    path: PATH,
    operationId: 'createExecution',
    summary: 'Run Python code',
    description:
      'Answers 202 at once. With `Prefer: wait=N` or `?wait=N` it answers 200 with the finished execution if that ends ' +
      'in time. With `Accept: text/event-stream` it answers with live events. Every execution runs on its own: ' +
      'variables do not persist from one to the next.',
    body: CreateExecution,
    query: WaitQuery,
    requestHeaders: [
      {
        name: 'Prefer',
        description: `\`wait=N\`: wait up to N seconds for the end, at most ${String(WAIT_SECONDS_MAX)}.`,
      },
      {
        name: 'Idempotency-Key',
        description: 'Requests with the same key and body within 24 hours are answered with the same execution.',
      },
    ],
    answers: [
      {
        status: 202,
        description: 'Taken in.',
        schema: Execution,
        headers: { Location: 'Where to read the execution.' },
      },
      {
        status: 200,
        description: 'Finished within the time waited, or live events.',
        schema: Execution,
        events: EVENTS_DESCRIPTION,
        headers: { 'Preference-Applied': 'The `wait` that was honoured.' },
      },
    ],
    errors: [
      'INVALID_JSON',
      'ORGANIZATION_ACCESS_DENIED',
      'IDEMPOTENCY_CONFLICT',
      'PAYLOAD_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
      'VALIDATION_ERROR',
      'TOOL_NOT_AVAILABLE',
      'ORGANIZATION_DELETING',
      'CPU_SECONDS_PER_DAY_EXCEEDED',
      'QUEUE_FULL',
      'TOO_MANY_STREAMS',
      'QUEUE_UNAVAILABLE',
      'DATABASE_UNAVAILABLE',
      'STORAGE_FULL',
    ],
    handle: (call) => (wantsEvents(call.header('accept')) ? runAndStream(call) : runAndWait(call)),
  });
}

/** @throws AppError VALIDATION_ERROR */
function optionsOf({ header, signal, isClientGone, onExecution }: CreateCall, waitSeconds: number): RunOptions {
  const key = idempotencyKeyOf(header('idempotency-key'));
  const idempotency = key === undefined ? undefined : { method: 'POST', path: PATH, key };
  return { waitMs: waitSeconds * 1000, idempotency, signal, isClientGone, onTaken: onExecution };
}

function answerWithState({ row, replayed }: RunOutcome, waited: boolean, appliedSeconds: number | undefined): Answer {
  const headers = { ...locationOf(row.id), ...replayedHeader(replayed) };
  if (!(waited && isFinal(row.status))) return json(202, toExecution(row), headers);
  const applied: Headers =
    appliedSeconds === undefined ? {} : { 'preference-applied': `wait=${String(appliedSeconds)}` };
  return json(200, toExecution(row), { ...headers, ...applied });
}

function locationOf(id: string): Headers {
  return { location: `${PATH}/${id}` };
}

function replayedHeader(replayed: boolean): Headers {
  return replayed ? { 'idempotency-replayed': 'true' } : {};
}
