/** What executions of all organizations show, for operators: as it goes, to save, and to look at. */
import { create as contentDisposition } from 'content-disposition';
import { z } from 'zod';
import { ExecutionId } from '../../shared/contracts/ids.ts';
import { OUTPUTS_COUNT_MAX } from '../../shared/contracts/limits.ts';
import { defineOperatorRoute, type Route } from '../http/define-route.ts';
import type { OperatorOutputs } from '../services/operator-outputs.ts';
import { FRAME_POLICY, FRAMED_TYPES, framePage } from '../services/output-frame.ts';
import { EVENTS_DESCRIPTION, ExecutionParams, queryNumber } from './answers.ts';

const PATH = '/admin/api/executions/{id}';
const MEDIA_TYPE_CHARACTERS_MAX = 128;

const OutputParams = z.strictObject({
  id: ExecutionId,
  n: queryNumber(0, OUTPUTS_COUNT_MAX).describe('Place among `outputs`, from 0.'),
});

const OutputQuery = z.strictObject({
  media_type: z.string().max(MEDIA_TYPE_CHARACTERS_MAX).optional().describe('Which representation.'),
});

const FrameQuery = z.strictObject({ type: z.enum(FRAMED_TYPES).describe('Which representation.') });

const OUTPUT_ERRORS = ['NOT_FOUND', 'EXECUTION_RUNNING', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'] as const;

export function createAdminOutputRoutes(outputs: OperatorOutputs): Route[] {
  return [eventsRoute(outputs), downloadRoute(outputs), frameRoute(outputs)];
}

function eventsRoute(outputs: OperatorOutputs): Route {
  return defineOperatorRoute({
    role: 'viewer',
    method: 'get',
    path: `${PATH}/events`,
    operationId: 'streamAnyExecution',
    summary: 'Follow an execution of any organization',
    description: 'Takes none of the streams of its organization. The audit keeps who looked.',
    params: ExecutionParams,
    requestHeaders: [{ name: 'Last-Event-ID', description: 'The id of the last event received: goes on after it.' }],
    answers: [
      { status: 200, description: 'Live events.', events: EVENTS_DESCRIPTION },
      { status: 204, description: 'The client has received the last event already.' },
    ],
    errors: ['NOT_FOUND', 'TOO_MANY_STREAMS', 'QUEUE_UNAVAILABLE', 'DATABASE_UNAVAILABLE'],
    async handle({ params, header, signal, origin }) {
      const stream = await outputs.follow(params.id, { signal, lastEventId: header('last-event-id') }, origin);
      if (stream === undefined) return { kind: 'empty', status: 204 };
      return { kind: 'events', events: stream.events, onEnd: stream.close };
    },
  });
}

function downloadRoute(outputs: OperatorOutputs): Route {
  return defineOperatorRoute({
    role: 'viewer',
    method: 'get',
    path: `${PATH}/outputs/{n}`,
    operationId: 'readAnyOutput',
    summary: 'Download an output of any organization',
    description: 'Always sent as a download. The audit keeps who looked.',
    params: OutputParams,
    query: OutputQuery,
    answers: [
      {
        status: 200,
        description: 'The bytes. `Content-Type` is what the code says of them.',
        bytes: true,
        headers: { 'Content-Disposition': '`attachment` with the name of the file.' },
      },
    ],
    errors: OUTPUT_ERRORS,
    async handle({ params, query, origin }) {
      const { bytes, contentType, name } = await outputs.read(params, query.media_type, origin);
      const headers = {
        'content-disposition': contentDisposition(name),
        // A browser that gets hold of it saves it, guesses nothing, and runs nothing of it.
        'content-security-policy': "sandbox; default-src 'none'",
        'x-content-type-options': 'nosniff',
      };
      return { kind: 'bytes', bytes, contentType, headers };
    },
  });
}

function frameRoute(outputs: OperatorOutputs): Route {
  return defineOperatorRoute({
    role: 'viewer',
    method: 'get',
    path: `${PATH}/outputs/{n}/frame`,
    operationId: 'frameAnyOutput',
    summary: 'Show markup of an output in a frame',
    description:
      'A page for `<iframe sandbox="">`: its policy lets it run and load nothing. The audit keeps who looked.',
    params: OutputParams,
    query: FrameQuery,
    answers: [{ status: 200, description: 'The page.', bytes: true }],
    errors: OUTPUT_ERRORS,
    async handle({ params, query, origin }) {
      const { bytes } = await outputs.read(params, query.type, origin);
      return {
        kind: 'bytes',
        bytes: Buffer.from(framePage(bytes.toString('utf8'))),
        contentType: 'text/html; charset=utf-8',
        headers: {
          'content-security-policy': FRAME_POLICY,
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'x-dns-prefetch-control': 'off',
        },
      };
    },
  });
}
