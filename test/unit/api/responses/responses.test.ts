import { describe, expect, it } from '@jest/globals';
import type { NewResponse } from '../../../../api/services/responses/new-response.ts';
import { createResponses, type ResponsesDeps } from '../../../../api/services/responses/responses.ts';
import { AppError } from '../../../../shared/contracts/errors.ts';
import { OrganizationId } from '../../../../shared/contracts/ids.ts';
import { WAITED_RESPONSES_MAX } from '../../../../shared/contracts/limits.ts';

const ONE = OrganizationId.parse(`org_${'a'.repeat(20)}`);
const OTHER = OrganizationId.parse(`org_${'b'.repeat(20)}`);
const waiting = { signal: new AbortController().signal, isClientGone: () => false };
const refused = new AppError('VALIDATION_ERROR', 'What was asked came as far as being taken.');

const input: NewResponse = {
  ...{ assistantId: undefined, model: undefined, instructions: undefined, system: '', input: [], said: undefined },
  ...{ fileIds: [], fileRetrieval: undefined, previousResponseId: undefined, threadId: undefined, stepsMax: undefined },
  ...{ temperature: undefined, outputTokensMax: undefined, live: false, background: false, metadata: {}, warnings: [] },
};

/** Responses that are taken in when `take` resolves, which refuses them. */
function stage(take: Promise<void>) {
  const unused = () => Promise.reject(new Error('not for these tests'));
  const deps: ResponsesDeps = {
    store: { find: unused, findStatus: unused, list: unused, requestCancel: unused, deleteEnded: unused },
    taking: {
      take: async () => {
        await take;
        throw refused;
      },
    },
    making: { make: unused },
    background: { enqueue: unused },
    follow: { listen: unused, open: unused },
    cancels: { request: unused },
    log: { discard: unused },
    report: () => undefined,
  };
  return createResponses(deps);
}

describe('responses that clients wait for', () => {
  it.each(['create', 'createFollowed'] as const)('are refused beyond the most of an organization: %s', async (way) => {
    const held = Promise.withResolvers<void>();
    const responses = stage(held.promise);
    const asked = Array.from({ length: WAITED_RESPONSES_MAX }, () =>
      expect(responses[way](ONE, input, { waiting })).rejects.toBe(refused),
    );
    await expect(responses[way](ONE, input, { waiting })).rejects.toMatchObject({ code: 'TOO_MANY_RESPONSES' });
    asked.push(expect(responses[way](OTHER, input, { waiting })).rejects.toBe(refused));
    asked.push(expect(responses[way](ONE, { ...input, background: true }, { waiting })).rejects.toBe(refused));
    held.resolve();
    await Promise.all(asked);
    await expect(responses[way](ONE, input, { waiting })).rejects.toBe(refused); // its places are free again
  });
});
