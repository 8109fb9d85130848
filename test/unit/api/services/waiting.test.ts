import { describe, expect, it } from '@jest/globals';
import { createWaiting } from '../../../../api/services/waiting.ts';
import { insertedRow, newRow } from '../../../../api/services/new-execution.ts';
import type { ExecutionRow } from '../../../../api/store/schema.ts';
import { ExecutionId, OrganizationId } from '../../../../shared/contracts/ids.ts';
import { admitted } from '../../../helpers/admitted.ts';

const id = ExecutionId.parse(`exec_${'a'.repeat(20)}`);
const organizationId = OrganizationId.parse(`org_${'b'.repeat(20)}`);
const queued = insertedRow(
  newRow({ id, organizationId, ...admitted({ code: 'x' }), defaults: { isolation: 'fresh' } }),
  new Date(0),
);
const final: ExecutionRow = { ...queued, status: 'completed' };

/** A store whose row the test sets, and the remote announcements that the test makes. */
function stage() {
  const listeners = new Set<(executionId: string) => void>();
  const state = { row: queued as ExecutionRow | undefined, readings: 0, onRead: () => {} };
  const waiting = createWaiting({
    store: {
      findStatus: () => {
        state.readings += 1;
        const { row } = state;
        state.onRead();
        return Promise.resolve(row?.status);
      },
      find: () => Promise.resolve(state.row),
    },
    onDone: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  return {
    state,
    waiting,
    listeners,
    announce: (done: string) => {
      listeners.forEach((listener) => {
        listener(done);
      });
    },
  };
}

describe('waiting: until final', () => {
  it('gives a row that is final already, without waiting', async () => {
    const { waiting, state } = stage();
    state.row = final;
    expect(await waiting.untilFinal(organizationId, id, { timeoutMs: 60_000 })).toBe(final);
  });

  it.each(['local', 'remote'])('is woken by a %s end', async (where) => {
    const { waiting, state, announce } = stage();
    const done = waiting.untilFinal(organizationId, id, { timeoutMs: 60_000 });
    state.row = final;
    if (where === 'local') waiting.wake([id]);
    else announce(id);
    expect(await done).toBe(final);
  });

  it('misses no end between reading the row and waiting', async () => {
    const { waiting, state } = stage();
    state.onRead = () => {
      state.row = final;
      waiting.wake([id]);
    };
    expect(await waiting.untilFinal(organizationId, id, { timeoutMs: 60_000 })).toBe(final);
    expect(state.readings).toBe(2);
  });

  it('misses no end between submission and waiting when it watched before', async () => {
    const { waiting, state } = stage();
    const watch = waiting.watch(id);
    state.row = final;
    waiting.wake([id]);
    expect(await waiting.untilFinal(organizationId, id, { timeoutMs: 60_000, watch })).toBe(final);
    expect(state.readings).toBe(1);
  });

  it('sees an end that nobody announced', async () => {
    const { waiting, state } = stage();
    state.onRead = () => {
      state.row = final;
    };
    expect(await waiting.untilFinal(organizationId, id, { timeoutMs: 60_000 })).toBe(final);
  });

  it('gives nothing when the time is over', async () => {
    expect(await stage().waiting.untilFinal(organizationId, id, { timeoutMs: 20 })).toBeUndefined();
  });

  it('gives nothing once nobody wants to know', async () => {
    const leaving = new AbortController();
    const done = stage().waiting.untilFinal(organizationId, id, { timeoutMs: 60_000, signal: leaving.signal });
    leaving.abort();
    expect(await done).toBeUndefined();
  });

  it('gives nothing for a row that is not there', async () => {
    const { waiting, state } = stage();
    state.row = undefined;
    expect(await waiting.untilFinal(organizationId, id, { timeoutMs: 60_000 })).toBeUndefined();
  });

  it('is not woken for other executions, and leaves nothing behind', async () => {
    const { waiting, listeners, announce } = stage();
    const done = waiting.untilFinal(organizationId, id, { timeoutMs: 30 });
    announce(`exec_${'z'.repeat(20)}`);
    expect(waiting.size()).toBe(1);
    await done;
    expect(waiting.size()).toBe(0);
    waiting.close();
    expect(listeners.size).toBe(0);
  });
});
