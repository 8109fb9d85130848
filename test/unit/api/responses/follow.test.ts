import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createFollow } from '../../../../api/services/responses/follow.ts';
import type { NumberedEvent, ResponseStatus } from '../../../../api/services/responses/response-record.ts';
import type { ResponseRow } from '../../../../api/store/schema.ts';
import { AppError } from '../../../../shared/contracts/errors.ts';
import { OrganizationId, ResponseId } from '../../../../shared/contracts/ids.ts';
import type { LoggedEvent } from '../../../../shared/contracts/response-event.ts';
import type { ResponseItem } from '../../../../shared/contracts/response-item.ts';

const PAGE = 500;
const LATER_MS = 5_000;
const ORGANIZATION = OrganizationId.parse(`org_${'a'.repeat(20)}`);
const ID = ResponseId.parse(`resp_${'b'.repeat(20)}`);
const FROM_START = { after: 0, signal: new AbortController().signal };
const DELTA: LoggedEvent = { type: 'text_delta', index: 0, itemId: 'msg', delta: 'x' };

function rowOf(status: ResponseStatus): ResponseRow {
  return {
    ...{ id: ID, organization_id: ORGANIZATION, assistant_id: null, previous_response_id: null, thread_id: null },
    ...{ model: 'clever', status, background: false, input: [], messages: [], items: [] },
    ...{ steps: 1, model_steps: [] },
    request: {
      ...{ code: { mode: 'auto', outputs: true }, instructions: null, guidance: '', temperature: null },
      ...{ outputTokensMax: null, stepsMax: 10, live: false },
    },
    ...{ input_tokens: 1, output_tokens: 1, fault: null, warnings: [], metadata: {}, created_at: new Date() },
    ...{ started_at: new Date(), completed_at: null, cancel_requested_at: null, heartbeat_at: new Date(), attempt: 1 },
  };
}

/** A response in the middle of its making, as a reader finds it: whoever makes it writes `logged` and `row`. */
function stage() {
  const logged: (LoggedEvent | undefined)[] = [];
  const state: { row: ResponseRow | undefined; isDatabaseAway: boolean; listeners: number } = {
    ...{ row: rowOf('in_progress'), isDatabaseAway: false, listeners: 0 },
  };
  const read = <T>(of: (row: ResponseRow) => T) => {
    if (state.isDatabaseAway) return Promise.reject(new AppError('DATABASE_UNAVAILABLE', 'Away.'));
    return Promise.resolve(state.row && of(state.row));
  };
  /** What was lost is `undefined`. */
  const numbered = () =>
    logged.flatMap((event, at) => (event === undefined ? [] : [{ number: at + 1, text: JSON.stringify(event) }]));
  const follow = createFollow({
    store: {
      find: () => read((row) => row),
      findStatus: () => read((row) => row.status),
      findItem: (_, __, index) => read((row) => row.items[index]),
    },
    log: {
      readAfter: (_, after) =>
        Promise.resolve(
          numbered()
            .filter(({ number }) => number > after)
            .slice(0, PAGE),
        ),
      last: () => Promise.resolve(numbered().at(-1)),
    },
    streamsMax: 2,
    onEvents: () => {
      state.listeners += 1;
      return Promise.resolve(() => {
        state.listeners -= 1;
      });
    },
  });
  return { follow, logged, state };
}

async function all(events: AsyncIterable<NumberedEvent>): Promise<NumberedEvent[]> {
  const read: NumberedEvent[] = [];
  for await (const event of events) read.push(event);
  return read;
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('follow', () => {
  it('tells logs of many pages, each event once and in order', async () => {
    const { follow, logged } = stage();
    logged.push({ type: 'created' }, ...Array.from({ length: 3 * PAGE }, () => DELTA), { type: 'ended' });
    const { events } = await follow.open(ORGANIZATION, ID, FROM_START);
    expect((await all(events)).map(({ number }) => number)).toEqual(logged.map((_, at) => at + 1));
  });

  it('tells the end from the row when its announcement was lost', async () => {
    const { follow, logged, state } = stage();
    logged.push({ type: 'created' }, DELTA);
    const { events } = await follow.open(ORGANIZATION, ID, FROM_START);
    const read = all(events);
    await jest.advanceTimersByTimeAsync(0);
    state.row = rowOf('completed');
    await jest.advanceTimersByTimeAsync(LATER_MS);
    expect((await read).map(({ event }) => event.type)).toEqual(['created', 'text_delta', 'ended']);
  });

  it('goes on when the database was away for a while', async () => {
    const { follow, logged, state } = stage();
    const { events } = await follow.open(ORGANIZATION, ID, FROM_START);
    const read = all(events);
    state.isDatabaseAway = true;
    await jest.advanceTimersByTimeAsync(LATER_MS);
    state.isDatabaseAway = false;
    logged.push({ type: 'created' }, DELTA, { type: 'ended' });
    await jest.advanceTimersByTimeAsync(LATER_MS);
    expect((await read).map(({ event }) => event.type)).toEqual(['created', 'text_delta', 'ended']);
  });

  it('ends without an end when the response is deleted', async () => {
    const { follow, logged, state } = stage();
    logged.push({ type: 'created' });
    const { events } = await follow.open(ORGANIZATION, ID, FROM_START);
    const read = all(events);
    await jest.advanceTimersByTimeAsync(0);
    state.row = undefined;
    await jest.advanceTimersByTimeAsync(LATER_MS);
    expect(await read).toHaveLength(1);
  });

  it('does not listen on for what is not there', async () => {
    const { follow, state } = stage();
    state.row = undefined;
    await expect(follow.open(ORGANIZATION, ID, FROM_START)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(state.listeners).toBe(0);
  });

  it('refuses an organization more streams than it may have open', async () => {
    const { follow, state } = stage();
    const first = await follow.open(ORGANIZATION, ID, FROM_START);
    await follow.open(ORGANIZATION, ID, FROM_START);
    await expect(follow.open(ORGANIZATION, ID, FROM_START)).rejects.toMatchObject({ code: 'TOO_MANY_STREAMS' });
    first.close();
    expect((await follow.open(ORGANIZATION, ID, FROM_START)).response.id).toBe(ID);
    expect(state.listeners).toBe(2);
  });

  it('passes over what concerns no reader', async () => {
    const { follow, logged, state } = stage();
    logged.push({ type: 'continued' }, { type: 'created' }, { type: 'ended' });
    state.row = rowOf('completed');
    const { events } = await follow.open(ORGANIZATION, ID, FROM_START);
    expect((await all(events)).map(({ number }) => number)).toEqual([2, 3]);
  });

  it('tells a reader nothing that already has the end', async () => {
    const { follow, logged, state } = stage();
    logged.push({ type: 'created' }, DELTA, { type: 'ended' });
    state.row = rowOf('completed');
    for (const after of [3, 4]) {
      const { events, close } = await follow.open(ORGANIZATION, ID, { ...FROM_START, after });
      expect(await all(events)).toEqual([]);
      close();
    }
  });

  it('tells the end alone once events were lost, whose successors would make no sense', async () => {
    const { follow, logged, state } = stage();
    logged.push({ type: 'created' }, undefined, DELTA, { type: 'ended' });
    const { events } = await follow.open(ORGANIZATION, ID, FROM_START);
    const read = all(events);
    await jest.advanceTimersByTimeAsync(LATER_MS);
    state.row = rowOf('completed');
    await jest.advanceTimersByTimeAsync(LATER_MS);
    expect((await read).map(({ event }) => event.type)).toEqual(['created', 'ended']);
  });

  it('tells everything again where a log lacks its beginning', async () => {
    const { follow, logged, state } = stage();
    logged.push(undefined, undefined, DELTA, { type: 'ended' });
    state.row = rowOf('completed');
    const { events } = await follow.open(ORGANIZATION, ID, FROM_START);
    expect((await all(events)).map(({ event }) => event.type)).toEqual(['created', 'in_progress', 'ended']);
  });

  it('reads of a large item that item alone', async () => {
    const { follow, logged, state } = stage();
    const item: ResponseItem = { type: 'message', id: 'm', status: 'completed', role: 'assistant', content: [] };
    logged.push({ type: 'created' }, { type: 'item_kept', index: 0 }, { type: 'ended' });
    state.row = { ...rowOf('completed'), items: [item] };
    const { events } = await follow.open(ORGANIZATION, ID, FROM_START);
    expect((await all(events)).map(({ event }) => event)).toMatchObject([{}, { type: 'item_done', item }, {}]);
  });
});
