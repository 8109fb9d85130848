/** How a run ends that its supervisor does not end as it should. */
import { describe, expect, it, jest } from '@jest/globals';
import { dockerMessage, endedOf, frame, turns } from '../../../helpers/fake-engine.ts';
import {
  aReadySandbox,
  CALL_TIMEOUT_MS,
  CANCEL_GRACE_MS,
  endedCleanly,
  KILL_GRACE_MS,
  later,
  START_MS,
  TIMEOUT_MS,
  useStandingClock,
  VANISHED,
} from './sandbox-stage.ts';

/** After a kill, whatever came of it. */
const KILLED_MS = 500;

useStandingClock();

describe('sandbox: a container that dies', () => {
  it('is told while idle, and a run in it vanishes at once', async () => {
    const { container, sandbox, begin } = await aReadySandbox();
    container.die();
    await sandbox.closed;
    expect(await begin().ending).toEqual(VANISHED);
    expect(await sandbox.isClean()).toBe(false);
  });

  it('makes its run vanish', async () => {
    const { container, begin, sandbox } = await aReadySandbox();
    const { ending } = begin();
    container.say('S', { run: 'one' });
    container.die();
    expect(await ending).toEqual(VANISHED);
    expect(await sandbox.isClean()).toBe(false);
  });

  it('is blamed on memory when the engine says so', async () => {
    const { container, begin, engine } = await aReadySandbox();
    engine.faults.oomKilled = true;
    const { ending } = begin();
    container.die();
    expect(await ending).toEqual({ ...VANISHED, oomKilled: true });
  });

  it('lets its run end although the engine does not say why it died', async () => {
    const { container, begin, engine } = await aReadySandbox();
    engine.faults.inspect = 'hangs';
    const { ending } = begin();
    container.die();
    await later(CALL_TIMEOUT_MS);
    expect(await ending).toEqual(VANISHED);
  });
});

describe('sandbox: kill by the worker', () => {
  it('ends a run that the supervisor does not end in time, as timed out', async () => {
    const { container, begin, engine } = await aReadySandbox();
    const { ending } = begin();
    container.say('S', { run: 'one' });
    await turns();
    await later(TIMEOUT_MS + KILL_GRACE_MS - 1);
    expect(engine.killed).toEqual([]);
    await later(1);
    expect(await ending).toEqual({ ...VANISHED, killedFor: 'timed_out' });
    expect(engine.killed).toEqual(['container-0']);
  });

  it('blames nobody when the code never began', async () => {
    const { begin, engine } = await aReadySandbox();
    const { ending } = begin();
    await later(START_MS - 1);
    expect(engine.killed).toEqual([]);
    await later(1);
    expect(await ending).toEqual(VANISHED);
  });

  it('lets a cancelled run end by itself', async () => {
    const { container, begin, engine, sandbox } = await aReadySandbox();
    const { ending, cancel } = begin();
    container.say('S', { run: 'one' });
    await turns();
    cancel.abort();
    expect(container.received.at(-1)).toEqual({ type: 'K', payload: '{"run":"one","cause":"cancelled"}' });
    await later(CANCEL_GRACE_MS - 1);
    await endedCleanly(container, 'one');
    expect((await ending).kind).toBe('ended');
    await later(START_MS);
    expect(engine.killed).toEqual([]);
    expect(await sandbox.isClean()).toBe(true);
  });

  it.each([
    ['while it runs', ['S', 'cancel']],
    ['before the code began', ['cancel', 'S']],
    ['and never begins', ['cancel']],
  ])('ends a run that is cancelled %s when its end is not reported', async (_name, steps) => {
    const { container, begin } = await aReadySandbox();
    const { ending, cancel } = begin();
    for (const step of steps) {
      if (step === 'S') container.say('S', { run: 'one' });
      else cancel.abort();
      await turns();
    }
    await later(CANCEL_GRACE_MS);
    expect(await ending).toEqual({ ...VANISHED, killedFor: 'cancelled' });
  });

  it('tells a run to end that was cancelled before it was sent', async () => {
    const { sandbox, container } = await aReadySandbox();
    const request = { run: 'one', code: '', stdin: '', timeoutMs: TIMEOUT_MS, floodBytesMax: 1 };
    const ending = sandbox.run(request, { onStarted: () => undefined, onBytes: () => undefined }, AbortSignal.abort());
    expect(container.received.map(({ type }) => type)).toEqual(['R', 'K']);
    await later(CANCEL_GRACE_MS);
    expect(await ending).toEqual({ ...VANISHED, killedFor: 'cancelled' });
  });

  it.each<['ignored' | 'hangs', number]>([
    ['ignored', KILLED_MS],
    ['hangs', CALL_TIMEOUT_MS + KILLED_MS],
  ])('ends the run also when the kill %s', async (kill, waitMs) => {
    const { container, begin, engine, sandbox } = await aReadySandbox();
    engine.faults.kill = kill;
    const { ending } = begin();
    container.say('S', { run: 'one' });
    await turns();
    await later(TIMEOUT_MS + KILL_GRACE_MS);
    await later(waitMs);
    expect(await ending).toEqual({ ...VANISHED, killedFor: 'timed_out' });
    expect(container.stream.destroyed).toBe(true);
    await sandbox.closed;
  });

  it('believes an end that is told after the kill, and is never clean again', async () => {
    const { container, begin, engine, sandbox } = await aReadySandbox();
    engine.faults.kill = 'hangs';
    const { ending } = begin();
    container.say('S', { run: 'one' });
    await turns();
    await later(TIMEOUT_MS + KILL_GRACE_MS);
    await endedCleanly(container, 'one');
    expect((await ending).kind).toBe('ended');
    expect(await sandbox.isClean()).toBe(false);
  });

  it('reads an end first that waited while the process stood still', async () => {
    const { container, begin, engine, sandbox } = await aReadySandbox();
    const { ending } = begin();
    container.say('S', { run: 'one' });
    await turns();
    jest.advanceTimersByTime(TIMEOUT_MS + KILL_GRACE_MS);
    await endedCleanly(container, 'one');
    expect((await ending).kind).toBe('ended');
    expect(engine.killed).toEqual([]);
    expect(await sandbox.isClean()).toBe(true);
  });

  it('never comes from the clock of an earlier run', async () => {
    const { container, begin, engine } = await aReadySandbox();
    const first = begin();
    container.say('S', { run: 'one' });
    await turns();
    first.cancel.abort();
    await endedCleanly(container, 'one');
    await first.ending;
    begin({ run: 'two', timeoutMs: 100 * TIMEOUT_MS });
    container.say('S', { run: 'two' });
    await turns();
    await later(START_MS);
    expect(engine.killed).toEqual([]);
  });

  it('spares a run that begins in the turn in which the clock of the last one was due', async () => {
    const { container, begin, engine, sandbox } = await aReadySandbox();
    const first = begin();
    container.say('S', { run: 'one' });
    await turns();
    jest.advanceTimersByTime(TIMEOUT_MS + KILL_GRACE_MS);
    container.send(
      dockerMessage(1, Buffer.concat([frame('E', endedOf('one')), frame('C', { run: 'one', clean: true })])),
    );
    await first.ending;
    expect(await sandbox.isClean()).toBe(true);
    begin({ run: 'two' });
    await turns();
    expect(engine.killed).toEqual([]);
  });
});

describe('sandbox: a supervisor that breaks the protocol', () => {
  const message = (type: string, payload: Buffer | object) => dockerMessage(1, frame(type, payload));
  const overDocker = Buffer.alloc(8);
  overDocker.writeUInt8(1, 0);
  overDocker.writeUInt32BE(1024 * 1024 + 1, 4);

  it.each([
    ['a frame of an unknown type', message('?', Buffer.from('x'))],
    ['a frame over the limit', message('o', Buffer.alloc(64 * 1024 + 1))],
    ['a message over the limit', overDocker],
    ['an end that is no JSON', message('E', Buffer.from('no'))],
    ['an end of an unknown cause', message('E', { ...endedOf('one'), cause: 'bored' })],
    ['the end of another run', message('E', endedOf('two'))],
    ['the start of another run', message('S', { run: 'two' })],
    ['a clean-up before the end', message('C', { run: 'one', clean: true })],
    ['a second start', message('S', { run: 'one' })],
  ])('loses its run and its stream with %s', async (_name, bytes) => {
    const { container, begin, sandbox } = await aReadySandbox();
    const { ending } = begin();
    container.say('S', { run: 'one' });
    await turns();
    container.send(bytes);
    expect(await ending).toEqual(VANISHED);
    expect(container.stream.destroyed).toBe(true);
    await sandbox.closed;
  });

  it('passes a frame at the limit on', async () => {
    const { container, begin } = await aReadySandbox();
    const { seen } = begin();
    container.say('o', Buffer.alloc(64 * 1024, 'x'));
    await turns();
    expect(seen).toEqual([`fd1 ${'x'.repeat(64 * 1024)}`]);
  });

  it.each([
    ['before any run', false],
    ['after the end of one', true],
  ])('is given up when it sends bytes %s', async (_name, afterRun) => {
    const { container, begin, sandbox } = await aReadySandbox();
    if (afterRun) {
      const { ending } = begin();
      container.say('E', endedOf('one'));
      await ending;
    }
    container.say('o', Buffer.from('stray'));
    await sandbox.closed;
    expect(container.stream.destroyed).toBe(true);
    expect(await sandbox.isClean()).toBe(false);
  });
});
