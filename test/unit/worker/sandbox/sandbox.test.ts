import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openSandbox } from '../../../../worker/sandbox/sandbox.ts';
import {
  createFakeEngine,
  dockerMessage,
  endedOf,
  frame,
  HELLO,
  turns,
  type FakeContainer,
} from '../../../helpers/fake-engine.ts';
import { aReadySandbox, endedCleanly, later, open, OPTIONS, TIMEOUT_MS, useStandingClock } from './sandbox-stage.ts';

const HELLO_TIMEOUT_MS = 60_000;
const CLEAN_TIMEOUT_MS = 3_000;

useStandingClock();

describe('sandbox: start', () => {
  it('is there once the supervisor greets, and counts as in use', async () => {
    const { sandbox, inUse } = await aReadySandbox();
    expect(sandbox.hello).toEqual(HELLO);
    expect([...inUse]).toEqual([sandbox.id]);
  });

  it('waits for a greeting that comes late', async () => {
    const { engine, opening } = open();
    await later(HELLO_TIMEOUT_MS - 1);
    engine.containers[0]?.greet();
    expect((await opening).hello).toEqual(HELLO);
  });

  it.each<[string, (container: FakeContainer) => Promise<void>]>([
    ['never greets', () => later(HELLO_TIMEOUT_MS)],
    [
      'greets in another protocol',
      async ({ say }) => {
        say('H', { ...HELLO, protocol: 2 });
      },
    ],
    [
      'greets with what is no JSON',
      async ({ say }) => {
        say('H', Buffer.from('{'));
      },
    ],
    [
      'dies before it greets',
      async ({ die }) => {
        die();
      },
    ],
  ])('rejects and leaves nothing when the container %s', async (_name, act) => {
    const { engine, inUse, opening } = open();
    await turns();
    const [container] = engine.containers;
    if (container !== undefined) await act(container);
    await expect(opening).rejects.toThrow(/timed out|before it greeted/);
    expect(engine.removed).toEqual(['container-0']);
    expect([...inUse]).toEqual([]);
  });

  it('rejects and leaves nothing when it is aborted while the container greets', async () => {
    const { engine, inUse, aborted, opening } = open();
    await turns();
    aborted.abort(new Error('stop'));
    await expect(opening).rejects.toThrow('stop');
    expect(engine.removed).toEqual(['container-0']);
    expect([...inUse]).toEqual([]);
  });

  it('starts no container when it is aborted already', async () => {
    const engine = createFakeEngine();
    const opening = openSandbox(
      { docker: engine.docker, inUse: new Set(), report: () => undefined },
      OPTIONS,
      AbortSignal.abort(new Error('stop')),
    );
    await expect(opening).rejects.toThrow('stop');
    expect(engine.containers).toEqual([]);
  });

  it('holds on to nothing when the engine fails after it created the container', async () => {
    const engine = createFakeEngine();
    engine.faults.start = 'fails after the container is created';
    const inUse = new Set<string>();
    const opening = openSandbox(
      { docker: engine.docker, inUse, report: () => undefined },
      OPTIONS,
      new AbortController().signal,
    );
    await expect(opening).rejects.toThrow('could not start');
    expect([...inUse]).toEqual([]);
  });

  it('tells why it did not start, not that the removal failed, and leaves that to the sweep', async () => {
    const { engine, inUse, aborted, opening, reports } = open();
    await turns();
    engine.faults.remove = 'fails';
    aborted.abort(new Error('stop'));
    await expect(opening).rejects.toThrow('stop');
    expect([...inUse]).toEqual([]);
    expect(reports.map(({ event }) => event)).toEqual(['removal failed']);
  });
});

describe('sandbox: run', () => {
  it('sends the run, tells its start and bytes, and resolves with its end', async () => {
    const { container, begin, sandbox } = await aReadySandbox();
    const { ending, seen } = begin({ code: 'print(1)' });
    container.say('S', { run: 'one' });
    container.say('r', Buffer.from('record'));
    container.say('o', Buffer.from('out'));
    container.say('e', Buffer.from('err'));
    await endedCleanly(container, 'one');
    expect(await ending).toMatchObject({ kind: 'ended', ended: { run: 'one', cause: 'exited' } });
    expect(seen).toEqual(['started', 'records record', 'fd1 out', 'fd2 err']);
    expect(await sandbox.isClean()).toBe(true);
    expect(container.received.map(({ type, payload }) => [type, JSON.parse(payload) as unknown])).toEqual([
      ['R', { run: 'one', code: 'print(1)', stdin: '', timeout_ms: TIMEOUT_MS, flood_bytes_max: 1 }],
    ]);
  });

  it('serves a second run after the first', async () => {
    const { container, begin, sandbox } = await aReadySandbox();
    const first = begin();
    await endedCleanly(container, 'one');
    await first.ending;
    const second = begin({ run: 'two' });
    await endedCleanly(container, 'two');
    expect(await second.ending).toMatchObject({ ended: { run: 'two' } });
    expect(await sandbox.isClean()).toBe(true);
  });

  it('takes an end without a start', async () => {
    const { container, begin } = await aReadySandbox();
    const { ending, seen } = begin();
    container.say('E', endedOf('one'));
    expect((await ending).kind).toBe('ended');
    expect(seen).toEqual([]);
  });

  it('passes the same bytes on however the stream is cut', async () => {
    const { container, begin } = await aReadySandbox();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        fc.nat(30),
        async (written, places, split) => {
          const id = `run ${String((run += 1))}`;
          const { ending, seen } = begin({ run: id });
          const frames = [...written.map((bytes) => frame('o', Buffer.from(bytes))), frame('E', endedOf(id))];
          const said = Buffer.concat(frames);
          const bytes = Buffer.concat([
            dockerMessage(1, said.subarray(0, split)),
            dockerMessage(2, Buffer.from('diagnostics')),
            dockerMessage(1, said.subarray(split)),
          ]);
          const bounds = [0, ...places.map((place) => place % bytes.length).sort((a, b) => a - b), bytes.length];
          bounds.slice(1).forEach((end, index) => {
            if (end > (bounds[index] ?? 0)) container.send(bytes.subarray(bounds[index], end));
          });
          await ending;
          expect(seen).toEqual(written.map((chunk) => `fd1 ${Buffer.from(chunk).toString('latin1')}`));
          container.say('C', { run: id, clean: true });
          await turns(3);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('tells what the runner complains of and goes on', async () => {
    const { container, begin, reports } = await aReadySandbox();
    const { ending } = begin();
    container.send(dockerMessage(2, Buffer.from('x'.repeat(3_000))));
    await endedCleanly(container, 'one');
    expect((await ending).kind).toBe('ended');
    expect(reports).toEqual([
      { event: 'runner diagnostics', detail: { containerId: 'container-0', text: 'x'.repeat(2_000) } },
    ]);
  });

  it('is not clean because the run before was', async () => {
    const { container, begin, sandbox } = await aReadySandbox();
    const first = begin();
    await endedCleanly(container, 'one');
    await first.ending;
    expect(await sandbox.isClean()).toBe(true);
    const second = begin({ run: 'two' });
    container.say('E', endedOf('two'));
    container.say('C', { run: 'two', clean: false });
    await second.ending;
    expect(await sandbox.isClean()).toBe(false);
  });

  it('is not clean, known at once, when the container dies after the run', async () => {
    const { container, begin, sandbox } = await aReadySandbox();
    const { ending } = begin();
    container.say('E', endedOf('one'));
    await ending;
    const clean = sandbox.isClean();
    container.die();
    expect(await clean).toBe(false);
  });

  it('takes a cancel after the end for none', async () => {
    const { container, begin } = await aReadySandbox();
    const { ending, cancel } = begin();
    await endedCleanly(container, 'one');
    await ending;
    cancel.abort();
    expect(container.received.map(({ type }) => type)).toEqual(['R']);
  });

  it('is not clean when something is left, and not when nothing is said in time', async () => {
    const { container, begin, sandbox } = await aReadySandbox();
    const first = begin();
    container.say('E', endedOf('one'));
    container.say('C', { run: 'one', clean: false, detail: 'a process' });
    await first.ending;
    expect(await sandbox.isClean()).toBe(false);
    const second = begin({ run: 'two' });
    container.say('E', endedOf('two'));
    await second.ending;
    const clean = sandbox.isClean();
    await later(CLEAN_TIMEOUT_MS);
    expect(await clean).toBe(false);
  });
});

describe('sandbox: close', () => {
  it('removes the container once, which counts as in use until it is gone', async () => {
    const { sandbox, inUse, engine } = await aReadySandbox();
    const closing = sandbox.close();
    expect([...inUse]).toEqual([sandbox.id]);
    await Promise.all([closing, sandbox.close(), sandbox.closed]);
    expect(engine.removed).toEqual([sandbox.id]);
    expect([...inUse]).toEqual([]);
  });

  it('tells of a removal that failed, and leaves the container to the sweep', async () => {
    const { sandbox, inUse, engine } = await aReadySandbox();
    engine.faults.remove = 'fails';
    await expect(sandbox.close()).rejects.toThrow('could not remove');
    expect([...inUse]).toEqual([]);
  });
});
