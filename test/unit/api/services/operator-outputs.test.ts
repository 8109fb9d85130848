import { describe, expect, it } from '@jest/globals';
import { createOperatorOutputs } from '../../../../api/services/operator-outputs.ts';
import { ExecutionId, OrganizationId } from '../../../../shared/contracts/ids.ts';
import { newId } from '../../../../shared/platform/new-id.ts';

const STREAMS_MAX = 64;
const ORGANIZATION = OrganizationId.parse(newId('org'));
const EXECUTION = ExecutionId.parse(newId('exec'));
const ORIGIN = { actor: { type: 'operator', id: null, address: null }, requestId: null } as const;
const SIGNAL = new AbortController().signal;

async function* nothing() {}

/** @param ends what the streams do when they are opened */
function outputs(ends: 'open' | 'seen' = 'open') {
  const { follow } = createOperatorOutputs({
    store: { ownerOf: () => Promise.resolve(ORGANIZATION) },
    reading: { readOutput: () => Promise.reject(new Error('not asked for')) },
    streams: {
      open: (_organizationId, _id, { place = () => undefined }) => {
        if (ends === 'open') return Promise.resolve({ events: nothing(), close: place });
        place();
        return Promise.resolve(undefined);
      },
    },
    audit: { record: () => Promise.resolve() },
  });
  return () => follow(EXECUTION, { signal: SIGNAL }, ORIGIN);
}

describe('operator outputs: streams', () => {
  it('are as many as operators may have open, and one more when one is closed', async () => {
    const follow = outputs();
    const open = await Promise.all(Array.from({ length: STREAMS_MAX }, follow));
    await expect(follow()).rejects.toMatchObject({ code: 'TOO_MANY_STREAMS', details: { limit: STREAMS_MAX } });
    open[0]?.close();
    await expect(follow()).resolves.toMatchObject({ close: expect.any(Function) });
  });

  it('take no place where there is nothing more to see', async () => {
    const follow = outputs('seen');
    for (let at = 0; at <= STREAMS_MAX; at += 1) await expect(follow()).resolves.toBeUndefined();
  });
});
