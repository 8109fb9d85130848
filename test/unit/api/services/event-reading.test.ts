import { describe, expect, it } from '@jest/globals';
import type { Cursor } from '../../../../api/services/event-cursor.ts';
import { createReading } from '../../../../api/services/event-reading.ts';
import type { ExecutionEvent } from '../../../../api/services/execution-events.ts';
import { insertedRow, newRow } from '../../../../api/services/new-execution.ts';
import type { ExecutionRow } from '../../../../api/store/schema.ts';
import { type Output } from '../../../../shared/contracts/execution.ts';
import { ExecutionId, OrganizationId } from '../../../../shared/contracts/ids.ts';
import { admitted } from '../../../helpers/admitted.ts';

const START: Cursor = { kind: 'start' };
const id = ExecutionId.parse(`exec_${'a'.repeat(20)}`);
const organizationId = OrganizationId.parse(`org_${'b'.repeat(20)}`);
const queued = insertedRow(
  newRow({ id, organizationId, ...admitted({ code: 'x' }), defaults: { isolation: 'fresh' } }),
  new Date(0),
);
const text = (value: string): Output => ({ type: 'text', stream: 'stdout', text: value });
const endedRow = (attempt: number, outputs: Output[]): ExecutionRow => ({
  ...queued,
  status: 'completed',
  attempt,
  outputs,
  started_at: new Date(1),
  finished_at: new Date(2),
});

/** What a client is shown of one event. */
function shown({ name, data }: ExecutionEvent): string {
  return 'output' in data && data.output.type === 'text' ? data.output.text : name.replace('execution.', '');
}

/** Reads what the live stream holds of some attempts, then the end. */
function read(cursor: Cursor, live: readonly (readonly [attempt: number, text: string])[], row: ExecutionRow) {
  const reading = createReading(queued, cursor);
  const events = live.flatMap(([attempt, value], at) => [
    ...reading.translate(queued, {
      id: `${String(at + 1)}-0`,
      event:
        value === 'started'
          ? { type: 'started', attempt, started_at_ms: 1 }
          : { type: 'output', attempt, output: text(value) },
    }),
  ]);
  return [...events, ...reading.end(row)].map(shown);
}

describe('event reading: the end', () => {
  it('tells the outputs of a run that left nothing in the live stream', () => {
    expect(read(START, [], endedRow(1, [text('a')]))).toEqual(['started', 'a', 'finished']);
  });

  it('tells them also to a client that comes back after it saw only that the execution waits', () => {
    const cursor: Cursor = { kind: 'live', attempt: 0, streamId: '0-0' };
    expect(read(cursor, [], endedRow(1, [text('a')]))).toEqual(['started', 'a', 'finished']);
  });

  it('tells them also when the stream told only of a run that was lost', () => {
    const lost = [
      [1, 'started'],
      [1, 'lost'],
    ] as const;
    expect(read(START, lost, endedRow(2, [text('a')]))).toEqual(['started', 'lost', 'started', 'a', 'finished']);
  });

  it('repeats nothing that the stream told', () => {
    const live = [
      [1, 'started'],
      [1, 'a'],
    ] as const;
    expect(read(START, live, endedRow(1, [text('a')]))).toEqual(['started', 'a', 'finished']);
  });

  it('tells only the end of an execution that never ran', () => {
    const row: ExecutionRow = { ...queued, status: 'cancelled' };
    expect(read(START, [], row)).toEqual(['finished']);
  });
});
