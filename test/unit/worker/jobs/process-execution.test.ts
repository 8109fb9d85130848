import { describe, expect, it } from '@jest/globals';
import { ExecutionJob } from '../../../../shared/contracts/job.ts';
import type { PostedEvent, PostedFinish, PostedReport } from '../../../../shared/contracts/packed-json.ts';
import { createProcessExecution, type ProcessDeps } from '../../../../worker/jobs/process-execution.ts';
import { FilesUnavailable } from '../../../../worker/files/job-files.ts';
import { unlessAborted } from '../../../../shared/platform/deadline.ts';
import { createRunning } from '../../../../worker/jobs/running.ts';
import type { RunEnding } from '../../../../worker/sandbox/exit.ts';
import { encodeFrame } from '../../../../worker/sandbox/framing.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { aSandbox, anEnded, type FakeSandbox } from '../../../helpers/fake-sandbox.ts';

const VANISHED: RunEnding = { kind: 'vanished', oomKilled: false, killedFor: null };

const job = ExecutionJob.parse({
  version: 1,
  execution_id: 'exec_00000000000000000001',
  organization_id: 'org_00000000000000000001',
  generation: 3,
  code: 'print(1)',
  stdin: '',
  timeout_ms: 1_000,
  memory_mb: 512,
  isolation: 'organization',
  created_at_ms: 0,
});

/** Runs one job against fakes and tells what was reported and given back. */
function setUp(sandboxes: FakeSandbox[], deps: Partial<ProcessDeps> = {}) {
  const reports: PostedReport[] = [];
  const events: PostedEvent[] = [];
  const releases: boolean[] = [];
  const running = createRunning();
  const halted = new AbortController();
  const process = createProcessExecution({
    workerId: 'worker',
    isolation: 'organization',
    pool: {
      acquire: async () => {
        const sandbox = sandboxes.shift();
        if (sandbox === undefined) throw new Error('no sandbox left in this test');
        return { sandbox, release: async (reusable) => void releases.push(reusable) };
      },
    },
    files: { hold: async () => ({ files: [], release: () => undefined }) },
    running,
    cancels: { isRequested: async () => false },
    results: { post: async (report) => void reports.push(report) },
    events: { append: async (_id, batch) => void events.push(...batch) },
    halted: halted.signal,
    report: () => undefined,
    newToken: () => 'run',
    now: () => 5,
    ...deps,
  });
  const finished = () => reports.filter((report): report is PostedFinish => report.kind === 'finished');
  return { process, reports, finished, events, releases, running, halted };
}

const lock = () => new AbortController();
const run = (
  fields: {
    attempt?: number;
    lostBefore?: number;
    signal?: AbortSignal;
    handBack?: (reason: 'loss' | 'no loss') => void;
  } = {},
) => ({
  job,
  handBack: () => undefined,
  attempt: 1,
  lostBefore: 0,
  signal: lock().signal,
  ...fields,
});

/** Ends only when it is cancelled, as a supervisor ends a run that it is told to kill. */
async function untilAborted(_observer: unknown, signal: AbortSignal): Promise<RunEnding> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  return anEnded({ cause: 'cancelled', exit_code: null, signal: 'SIGKILL' });
}

describe('process execution', () => {
  it('reports what ran, with its generation and attempt, and keeps the clean sandbox', async () => {
    const { process, finished, events, releases } = setUp([
      aSandbox('s', async (observer) => {
        observer.onBytes('records', encodeFrame('o', Buffer.from('1\n')));
        return anEnded();
      }),
    ]);
    await process(run());
    expect(finished()).toMatchObject([
      {
        generation: 3,
        attempt: 1,
        exit: { reason: 'ok', code: 0 },
        outputs: [{ type: 'text', text: '1\n' }],
        usage: { queue_ms: 5 },
      },
    ]);
    expect(events).toEqual([]);
    expect(releases).toEqual([true]);
  });

  it('reports the container in which the code ran, by its short id', async () => {
    const { process, reports } = setUp([
      aSandbox(`9f2c41d07ab3${'e'.repeat(52)}`, async () => {
        await eventually(() => reports.length > 0);
        return anEnded();
      }),
    ]);
    await process(run());
    expect(reports.map((report) => report.container_id)).toEqual(['9f2c41d07ab3', '9f2c41d07ab3']);
  });

  it('passes on what a longer run shows, to the last', async () => {
    const shows = (text: string) => encodeFrame('o', Buffer.from(text));
    const { process, events } = setUp([
      aSandbox('s', async (observer) => {
        observer.onBytes('records', shows('first\n'));
        await eventually(() => events.length > 0);
        observer.onBytes('records', shows('last\n'));
        return anEnded();
      }),
    ]);
    await process(run());
    expect(events.map((event) => event.type)).toEqual(['started', 'output', 'output']);
  });

  it('reports the end after the last of it is written, and at all when that hangs', async () => {
    const shows = (text: string) => encodeFrame('o', Buffer.from(text));
    const order: string[] = [];
    const last = Promise.withResolvers<void>();
    const appended = [Promise.resolve(), last.promise, new Promise<void>(() => undefined)];
    const watched = () =>
      aSandbox('s', async (observer) => {
        const before = order.length;
        observer.onBytes('records', shows('first\n'));
        await eventually(() => order.length > before);
        observer.onBytes('records', shows('last\n'));
        setImmediate(last.resolve);
        return anEnded();
      });
    const { process } = setUp([watched(), watched()], {
      events: {
        append: async () => {
          await appended.shift();
          order.push('events');
        },
      },
      results: { post: async ({ kind }) => void order.push(kind) },
    });
    await process(run());
    expect(order).toEqual(['events', 'events', 'finished']);
    appended.unshift(Promise.resolve());
    await process(run());
    expect(order.slice(3)).toEqual(['events', 'finished']);
  });

  it('does not run what was cancelled before it was taken', async () => {
    const sandbox = aSandbox('s');
    const { process, finished } = setUp([sandbox], { cancels: { isRequested: async () => true } });
    await process(run());
    expect(finished()[0]).not.toHaveProperty('container_id');
    expect(finished()[0]?.exit.reason).toBe('cancelled');
    expect(sandbox.state.runs).toEqual([]);
  });

  it('ends a run that is cancelled and destroys its sandbox', async () => {
    const { process, finished, running, releases } = setUp([aSandbox('s', untilAborted)]);
    const processed = process(run());
    running.cancel(job.execution_id);
    await processed;
    expect(finished()[0]?.exit.reason).toBe('cancelled');
    expect(releases).toEqual([false]);
  });

  it('hands the job back as a loss when its sandbox is lost', async () => {
    const { process, finished, releases } = setUp([aSandbox('a', async () => VANISHED)]);
    const handedBack: string[] = [];
    await process(run({ handBack: (reason) => handedBack.push(reason) }));
    expect(handedBack).toEqual(['loss']);
    expect(finished()).toEqual([]);
    expect(releases).toEqual([false]);
  });

  it('gives up after the second loss', async () => {
    const { process, finished } = setUp([aSandbox('a', async () => VANISHED)]);
    await process(run({ lostBefore: 1, attempt: 2 }));
    expect(finished()).toMatchObject([{ attempt: 2, container_id: 'a', exit: { reason: 'sandbox_lost' } }]);
  });

  it('gives up at once when two workers were lost over it', async () => {
    const sandbox = aSandbox('a');
    const { process, finished } = setUp([sandbox]);
    await process(run({ lostBefore: 2, attempt: 3 }));
    expect(finished()).toMatchObject([{ attempt: 3, exit: { reason: 'sandbox_lost' } }]);
    expect(sandbox.state.runs).toEqual([]);
  });

  it('reports nothing when its lock was lost: the job runs elsewhere', async () => {
    const { process, reports, releases } = setUp([aSandbox('s', untilAborted)]);
    const lost = lock();
    const processed = process(run({ signal: lost.signal }));
    lost.abort(new Error('lock lost'));
    await processed;
    expect(reports.filter((report) => report.kind === 'finished')).toEqual([]);
    expect(releases).toEqual([false]);
  });

  it('hands the job back when the worker must go at once', async () => {
    const { process, reports, halted } = setUp([aSandbox('s', untilAborted)]);
    const handedBack: string[] = [];
    const processed = process(run({ handBack: (reason) => handedBack.push(reason) }));
    halted.abort(new Error('stop'));
    await processed;
    expect(handedBack).toEqual(['no loss']);
    expect(reports.filter((report) => report.kind === 'finished')).toEqual([]);
  });

  it('hands the job back when no sandbox is to be had', async () => {
    const { process, reports } = setUp([]);
    const handedBack: string[] = [];
    await process(run({ handBack: (reason) => handedBack.push(reason) }));
    expect(handedBack).toEqual(['no loss']);
    expect(reports).toEqual([]);
  });

  it('stops posting when it must go at once while Redis is away', async () => {
    const posting = Promise.withResolvers<undefined>();
    const { process, halted } = setUp([aSandbox('s')], {
      results: {
        post: async (_report, signal) => {
          posting.resolve(undefined);
          await new Promise((_resolve, reject) => {
            signal?.addEventListener('abort', () => {
              reject(new Error('aborted'));
            });
          });
        },
      },
    });
    const handedBack: string[] = [];
    const processed = process(run({ handBack: (reason) => handedBack.push(reason) }));
    await posting.promise;
    halted.abort(new Error('stop'));
    await processed;
    expect(handedBack).toEqual(['no loss']);
  });

  describe('files', () => {
    const FILE = { name: 'a.csv', sizeBytes: 3, chunks: async function* () {} };

    it('are there when the code runs, and let go of after it', async () => {
      const held: string[] = [];
      const sandbox = aSandbox('s', async () => {
        held.push('ran');
        return anEnded();
      });
      const { process } = setUp([sandbox], {
        files: { hold: async () => ({ files: [FILE], release: () => held.push('released') }) },
      });
      await process(run());
      expect(sandbox.state.runs[0]?.files).toEqual([FILE]);
      expect(held).toEqual(['ran', 'released']);
    });

    const gone: ProcessDeps['files'] = {
      hold: () => Promise.reject(new FilesUnavailable('no', { cause: new Error('content is damaged') })),
    };

    it('have one more try when they cannot be had, and are told of', async () => {
      const handedBack: string[] = [];
      const told: unknown[] = [];
      const sandbox = aSandbox('s');
      const report = (...event: unknown[]) => told.push(event);
      const { process, finished } = setUp([sandbox], { files: gone, report });
      await process(run({ handBack: (reason) => handedBack.push(reason) }));
      expect(handedBack).toEqual(['loss']);
      expect([finished(), sandbox.state.runs]).toEqual([[], []]);
      expect(told).toEqual([
        ['files of an execution cannot be had', { executionId: job.execution_id, error: 'Error: content is damaged' }],
      ]);
    });

    it('end the execution when they cannot be had again', async () => {
      const { process, finished } = setUp([], { files: gone });
      await process(run({ lostBefore: 1 }));
      expect(finished()).toMatchObject([{ exit: { reason: 'sandbox_lost' } }]);
    });

    it('are not waited for after a cancel', async () => {
      const { process, finished, running } = setUp([], {
        files: {
          hold: (_job, signal) => unlessAborted(new Promise(() => undefined), signal),
        },
      });
      const processed = process(run());
      running.cancel(job.execution_id);
      await processed;
      expect(finished()[0]?.exit.reason).toBe('cancelled');
    });
  });

  it('destroys a sandbox in which something is left', async () => {
    const { process, releases } = setUp([{ ...aSandbox('s'), isClean: async () => false }]);
    await process(run());
    expect(releases).toEqual([false]);
  });

  it('takes a fresh sandbox when the worker is set to it, whatever the job says', async () => {
    const asked: string[] = [];
    const { process } = setUp([], {
      isolation: 'fresh',
      pool: {
        acquire: async ({ isolation }) => {
          asked.push(isolation);
          return { sandbox: aSandbox('s'), release: async () => undefined };
        },
      },
    });
    await process(run());
    expect(asked).toEqual(['fresh']);
  });
});
