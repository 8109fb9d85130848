/** `GET /v1/executions/{id}/outputs/{n}`: one output as bytes to save. */
import { create as contentDisposition } from 'content-disposition';
import { z } from 'zod';
import { OUTPUTS_COUNT_MAX } from '../../shared/contracts/limits.ts';
import { ExecutionId } from '../../shared/contracts/ids.ts';
import { defineRoute, type Headers, type Route } from '../http/define-route.ts';
import type { ExecutionReading } from '../services/execution-reading.ts';
import type { Representation } from '../services/output-content.ts';
import { queryNumber } from './answers.ts';

const MEDIA_TYPE_CHARACTERS_MAX = 128;

const OutputParams = z.strictObject({
  id: ExecutionId,
  n: queryNumber(0, OUTPUTS_COUNT_MAX).describe('Place among `outputs`, from 0.'),
});

const OutputQuery = z.strictObject({
  media_type: z
    .string()
    .max(MEDIA_TYPE_CHARACTERS_MAX)
    .optional()
    .describe(
      'Which representation of a result or display; if left out, a picture if there is one, else HTML, else text.',
    ),
});

export function createOutputRoute(reading: Pick<ExecutionReading, 'readOutput'>): Route {
  return defineRoute({
    scope: 'executions',
    method: 'get',
    path: '/v1/executions/{id}/outputs/{n}',
    operationId: 'readOutput',
    summary: 'Download an output',
    description:
      'The content of an attached file, a picture as its bytes, a text in UTF-8, of an error the traceback. Always ' +
      'sent as a download: what code made is never shown by a browser as a page of this host.',
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
    errors: ['NOT_FOUND', 'EXECUTION_RUNNING', 'VALIDATION_ERROR', 'DATABASE_UNAVAILABLE'],
    async handle({ organizationId, params, query }) {
      const found = await reading.readOutput(organizationId, params, query.media_type);
      return { kind: 'bytes', bytes: found.bytes, contentType: found.contentType, headers: headersOf(found) };
    },
  });
}

/** A browser that gets hold of it saves it, guesses nothing, and runs nothing of it. */
function headersOf({ name }: Representation): Headers {
  return {
    'content-disposition': contentDisposition(name),
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
  };
}
