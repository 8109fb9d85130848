import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { insertedRow, newRow, toJob } from '../../../../api/services/new-execution.ts';
import { asQueued, joinText, toExecution, toSummary } from '../../../../api/services/execution-view.ts';
import { Execution, ExecutionSummary, type Output } from '../../../../shared/contracts/execution.ts';
import { ExecutionId, OrganizationId } from '../../../../shared/contracts/ids.ts';
import { ExecutionJob } from '../../../../shared/contracts/job.ts';
import { admitted } from '../../../helpers/admitted.ts';

const id = ExecutionId.parse(`exec_${'a'.repeat(20)}`);
const organizationId = OrganizationId.parse(`org_${'b'.repeat(20)}`);
const createdAt = new Date('2026-01-02T03:04:05.678Z');

const rowOf = (input: unknown, isolation: 'organization' | 'fresh' = 'organization') =>
  insertedRow(newRow({ id, organizationId, ...admitted(input), defaults: { isolation } }), createdAt);

const text = fc.record({
  type: fc.constant('text' as const),
  stream: fc.constantFrom('stdout' as const, 'stderr' as const),
  text: fc.string(),
});
const result = fc.record({ type: fc.constant('result' as const), data: fc.dictionary(fc.string(), fc.string()) });
const outputs: fc.Arbitrary<Output[]> = fc.array(fc.oneof(text, result));

describe('execution view: joined text', () => {
  it('has every character of one stream, in order, and none of anything else', () => {
    fc.assert(
      fc.property(outputs, (made) => {
        const expected = made.flatMap((output) =>
          output.type === 'text' && output.stream === 'stdout' ? [output.text] : [],
        );
        expect(joinText(made, 'stdout')).toBe(expected.join(''));
      }),
    );
  });

  it('loses nothing between the two streams', () => {
    fc.assert(
      fc.property(fc.array(text), (made) => {
        const length = made.reduce((sum, output) => sum + output.text.length, 0);
        expect(joinText(made, 'stdout').length + joinText(made, 'stderr').length).toBe(length);
      }),
    );
  });
});

describe('execution view: shapes', () => {
  it('are those of the contracts, before and after the run', () => {
    const row = rowOf({ code: 'x' });
    const ended = {
      ...row,
      status: 'failed' as const,
      exit_reason: 'exit' as const,
      exit_code: 3,
      queue_ms: 1,
      start_ms: 2,
      wall_ms: 3,
      cpu_ms: 4,
      memory_peak_bytes: 5,
      started_at: createdAt,
      finished_at: createdAt,
      attempt: 1,
    };
    for (const one of [row, ended]) {
      expect(Execution.safeParse(toExecution(one)).error).toBeUndefined();
      expect(ExecutionSummary.safeParse(toSummary(one)).error).toBeUndefined();
    }
    expect(toExecution(ended)).toMatchObject({
      exit: { reason: 'exit', code: 3, signal: null },
      usage: { queue_ms: 1, start_ms: 2, wall_ms: 3, cpu_ms: 4, memory_peak_bytes: 5 },
      finished_at: '2026-01-02T03:04:05.678Z',
    });
    expect(asQueued(toSummary(ended))).toEqual(toSummary(row));
  });

  it('have no usage where no worker measured', () => {
    expect(toSummary(rowOf({ code: 'x' })).usage).toBeNull();
  });
});

describe('new execution', () => {
  it('gets the defaults where the request does not say', () => {
    expect(rowOf({ code: 'x' })).toMatchObject({
      timeout_ms: 30_000,
      memory_mb: 512,
      stdin: '',
      isolation: 'organization',
      metadata: {},
    });
  });

  it.each([
    ['organization', undefined, 'organization'],
    ['organization', 'fresh', 'fresh'],
    ['fresh', undefined, 'fresh'],
    ['fresh', 'organization', 'fresh'],
  ] as const)(
    'with the service at %s and the request at %s is %s: a request only tightens',
    (service, asked, expected) => {
      expect(rowOf({ code: 'x', ...(asked && { isolation: asked }) }, service).isolation).toBe(expected);
    },
  );

  it('counts its input in bytes of UTF-8', () => {
    expect(rowOf({ code: 'ä€', stdin: '😀' }).input_bytes).toBe(2 + 3 + 4);
  });

  it('makes a job that the contract accepts', () => {
    expect(ExecutionJob.parse(toJob(rowOf({ code: 'x' })))).toMatchObject({
      execution_id: id,
      generation: 1,
      created_at_ms: createdAt.getTime(),
    });
  });
});
